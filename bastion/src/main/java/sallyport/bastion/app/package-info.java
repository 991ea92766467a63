/**
 * What starts and stops a bastion: the command line, the configuration, and the demo around it.
 *
 * <p>Start at {@link sallyport.bastion.app.Main}. {@link sallyport.bastion.app.Config} turns a file into
 * {@link sallyport.bastion.app.BastionSettings}; a {@link sallyport.bastion.app.BastionStarter} turns those into a running
 * bastion. {@link sallyport.bastion.app.Demo} puts an embedded database and demo targets beside one.
 *
 * <p>{@code Main} alone calls {@code System.exit}. What must not be here: what a bastion does once it runs.
 */
@NullMarked
package sallyport.bastion.app;

import org.jspecify.annotations.NullMarked;
