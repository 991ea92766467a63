package sallyport.recorder.store;

/** Signs the sidecar. Safe for any thread. */
public interface Signer {

    /** Which key it is. */
    String keyName();

    /** The signature (Ed25519) over {@code message}. */
    byte[] sign(byte[] message);
}
