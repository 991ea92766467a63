/**
 * Whether a recording is what the log says that it was: its files against the signed sidecar, and both against the leaves of
 * the log that are about it.
 *
 * <p>Start at {@link sallyport.recorder.verify.RecordingCheck}, which is given the leaves, the sidecar and the parts, and answers
 * with a {@link sallyport.recorder.verify.Report}. Whether the leaves themselves are those that were signed is a matter of
 * {@link sallyport.recorder.proof}, and asked by whoever has them.
 *
 * <p>No files, no database, no private key, no clock: bytes come in, words go out, so that it works the same in the bastion and
 * without it.
 */
@NullMarked
package sallyport.recorder.verify;

import org.jspecify.annotations.NullMarked;
