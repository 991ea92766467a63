package sallyport.bastion.app;

import sallyport.keys.NoteSigner;
import sallyport.recorder.store.Signer;

/** Who signs sidecars, as the store knows it and as the keys have it: neither knows the other. */
final class SidecarSigner implements Signer {

    private final NoteSigner key;

    SidecarSigner(NoteSigner key) {
        this.key = key;
    }

    @Override
    public String keyName() {
        return key.keyName();
    }

    @Override
    public byte[] sign(byte[] message) {
        return key.sign(message);
    }
}
