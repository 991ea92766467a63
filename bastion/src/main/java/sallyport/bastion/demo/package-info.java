/**
 * The demo's targets: SSH servers with real shells, for a bastion to reach as it reaches any machine.
 *
 * <p>Start at {@link sallyport.bastion.demo.DemoTargets}, which runs in a process of its own. A client may run anything as
 * the account that started the demo: that is what a target is for, and why these listen on loopback and accept one key alone.
 *
 * <p>What must not be here: anything of the bastion. Only {@code sallyport.bastion.app} knows this package.
 */
@NullMarked
package sallyport.bastion.demo;

import org.jspecify.annotations.NullMarked;
