package sallyport.recorder.proof;

import java.util.function.UnaryOperator;

/**
 * Who signs: the public key, and something that makes an Ed25519 signature of a message with its private half. Whether the two
 * belong together is checked with each note.
 */
public record NoteSigning(VerifierKey key, UnaryOperator<byte[]> sign) {}
