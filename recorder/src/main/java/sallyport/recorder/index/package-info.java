/**
 * What can be found in a recording again: the commands that were run, the lines that were shown and the files that
 * something was done with, each with when.
 *
 * <p>Start at {@link sallyport.recorder.index.RecordingIndex}, which takes the events of a recording in their order and gives
 * {@link sallyport.recorder.index.Found}. Inside, a terminal model is fed; {@link sallyport.recorder.index.Cues} stops it at
 * the few places of the output that matter, {@link sallyport.recorder.index.CommandReader} reads the command off the screen
 * there, and {@link sallyport.recorder.index.ShownLines} collects lines. {@link
 * sallyport.recorder.index.FileLines} reads what a transfer said of files.
 *
 * <p>It is an aid and no control. Keystrokes are not in a recording, so a command is what the screen showed when its line was
 * finished; encoded commands, scripts and terminal tricks defeat that. What must not be here: I/O, and a store of what was
 * found.
 */
@NullMarked
package sallyport.recorder.index;

import org.jspecify.annotations.NullMarked;
