/**
 * Playing a recording: which moment of it is shown, how to get to another one, and how fast time goes.
 *
 * <p>Start at {@link sallyport.recorder.playback.Playback}, which has a screen and a place in time and moves both; {@link
 * sallyport.recorder.playback.Pace} says how far it is to be moved after so much waiting. Who waits, draws the screen and reads
 * keys is somewhere else: nothing here starts a thread, knows a clock or writes to a viewer.
 *
 * <p>A recording is never in memory as a whole. {@link sallyport.recorder.playback.Snapshots} are what a step back costs little
 * by; their memory is bounded.
 */
@NullMarked
package sallyport.recorder.playback;

import org.jspecify.annotations.NullMarked;
