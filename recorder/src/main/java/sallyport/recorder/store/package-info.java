/**
 * Where recordings are kept, and what makes them last: files and folders, appends, syncs, seals, recovery after a crash.
 *
 * <p>Start at {@link sallyport.recorder.store.RecordingStore#create}, which gives a
 * {@link sallyport.recorder.store.Recording} to append to, and at {@link sallyport.recorder.store.RecordingStore#find}, which
 * gives a {@link sallyport.recorder.store.RecordingFile} to read or to hand out in another format.
 *
 * <p>What the lines of a recording mean is a matter of {@link sallyport.recorder}. What sealed ones are encrypted with is asked of
 * a {@link sallyport.recorder.store.Vault}, who signs of a {@link sallyport.recorder.store.Signer}; both are made elsewhere:
 * nothing here knows a key.
 */
@NullMarked
package sallyport.recorder.store;

import org.jspecify.annotations.NullMarked;
