package sallyport.recorder.store;

/** Who signed a seal. It is for others, who have public keys, to say whether that is true. */
public final class SealSignature {
    private final byte[] message;
    private final String keyName;
    private final byte[] signature;

    SealSignature(byte[] message, String keyName, byte[] signature) {
        this.message = message;
        this.keyName = keyName;
        this.signature = signature;
    }

    /** What was signed: the statement in the sidecar, byte by byte. */
    public byte[] message() {
        return message.clone();
    }

    /** Which key is said to have signed it. */
    public String keyName() {
        return keyName;
    }

    /** As {@link Signer#sign} gave it. */
    public byte[] signature() {
        return signature.clone();
    }
}
