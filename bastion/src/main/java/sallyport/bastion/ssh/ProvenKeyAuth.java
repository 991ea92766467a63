package sallyport.bastion.ssh;

import java.security.PublicKey;
import java.security.SignatureException;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import sallyport.policy.KeyFingerprint;

/**
 * Public-key login (RFC 4252 section 7) that knows the difference between a key asked about and a key proven (T8): the
 * identity is set where a signature has just been verified, and nowhere else. It also counts what clients try, by
 * connection and not by anything a client can reset (T3).
 */
final class ProvenKeyAuth extends UserAuthPublicKey {

    /** Wrong or unknown signatures that one connection may send. */
    static final int MOST_FAILED_SIGNATURES = 6;

    /** Keys that one connection may ask about: agents hold many. */
    static final int MOST_QUERIES = 20;

    ProvenKeyAuth(@Nullable List<NamedFactory<Signature>> factories) {
        super(factories);
    }

    /** Makes one for each login. */
    static UserAuthPublicKeyFactory factory() {
        return new UserAuthPublicKeyFactory() {
            @Override
            public ProvenKeyAuth createUserAuth(ServerSession session) {
                return new ProvenKeyAuth(getSignatureFactories());
            }
        };
    }

    @Override
    public @Nullable Boolean doAuth(Buffer buffer, boolean init) throws Exception {
        FrontSession session = (FrontSession) getServerSession();
        boolean signed = buffer.rawByte(buffer.rpos()) != 0;
        try {
            Boolean result = super.doAuth(buffer, init);
            if (!Boolean.TRUE.equals(result)) {
                session.loginTried(getUsername(), signed);
            }
            return result;
        } catch (SignatureException e) {
            session.loginTried(getUsername(), true);
            return Boolean.FALSE;
        }
    }

    @Override
    protected boolean verifySignature(
            ServerSession session,
            String username,
            String alg,
            PublicKey key,
            Buffer buffer,
            Signature verifier,
            byte[] sig)
            throws Exception {
        boolean verified = super.verifySignature(session, username, alg, key, buffer, verifier, sig);
        if (verified) {
            ((FrontSession) session).proven(username, fingerprint(key));
        }
        return verified;
    }

    /** A certificate's own key stands for it only where a CA is trusted; none is, so a certificate is nobody's. */
    static KeyFingerprint fingerprint(PublicKey key) {
        if (key instanceof OpenSshCertificate) {
            throw new IllegalArgumentException("certificates are not accepted");
        }
        return new KeyFingerprint(KeyUtils.getFingerPrint(BuiltinDigests.sha256, key));
    }
}
