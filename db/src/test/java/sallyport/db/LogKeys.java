package sallyport.db;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.proof.VerifierKey;

/** Keys to sign a log with. */
final class LogKeys {

    static final String LOG = "bastion.example/log";

    private LogKeys() {}

    /** A fresh one of the log's name. */
    static NoteSigning signing() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new NoteSigning(VerifierKey.of(LOG, pair.getPublic()), message -> {
                try {
                    Signature signer = Signature.getInstance("Ed25519");
                    signer.initSign(pair.getPrivate());
                    signer.update(message);
                    return signer.sign();
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
