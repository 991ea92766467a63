/**
 * A terminal that nobody sees: what a session's screen shows now, worked out from the bytes that its program wrote, so that
 * it can be drawn again somewhere else.
 *
 * <p>Start at {@link sallyport.recorder.screen.Screen}, which takes bytes; {@link sallyport.recorder.screen.Redraw} turns it
 * back into escape sequences and {@link sallyport.recorder.screen.ScreenText} into text. Inside, {@link
 * sallyport.recorder.screen.Parser} cuts bytes into functions, {@link sallyport.recorder.screen.Interpreter} knows what each
 * function means, and {@link sallyport.recorder.screen.Page} is what they work on: the two grids, the cursor, the margins.
 *
 * <p>It follows ECMA-48, the DEC manuals and <a href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">xterm's
 * control sequences</a> (ctlseqs); where those leave room, xterm.js, which most players of recordings are made of. One law
 * holds it together: a fresh screen that is fed a redraw of another one equals it, and stays equal.
 *
 * <p>Output is hostile (T33): every list, text and number here has a bound. Nothing here does I/O, starts a thread or locks;
 * whoever owns a screen guards it.
 */
@NullMarked
package sallyport.recorder.screen;

import org.jspecify.annotations.NullMarked;
