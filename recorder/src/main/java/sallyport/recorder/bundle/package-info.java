/**
 * Recordings and what proves them in one file, to be checked by whoever has public keys alone: a tar archive, compressed with
 * zstd, and behind that the signature over it.
 *
 * <p>{@link sallyport.recorder.bundle.BundleWriter} writes one as a stream, {@link sallyport.recorder.bundle.BundleCheck} reads one
 * and says what is wrong with it; {@link sallyport.recorder.bundle.Bundle} names what is in it, and {@code docs/proof.md} defines
 * it. A bundle comes from anywhere: nothing in it is believed before it was checked, and everything in it has a limit.
 *
 * <p>Which recordings, and who may have them, is not asked here. No private key: who signs is handed in.
 */
@NullMarked
package sallyport.recorder.bundle;

import org.jspecify.annotations.NullMarked;
