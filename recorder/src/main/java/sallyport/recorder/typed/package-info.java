/**
 * What of that which people type may be kept, where secrets should not be: start with {@link sallyport.recorder.typed.EchoMask}.
 *
 * <p>At a remote terminal nobody tells whether a program shows what is typed at it, so it is inferred from what it shows. In
 * memory, without files, clocks or threads.
 */
@NullMarked
package sallyport.recorder.typed;

import org.jspecify.annotations.NullMarked;
