package sallyport.bastion.backend;

import java.util.List;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.server.ServerBuilder;

/** The algorithms of both legs, in our order, and nothing left to the library's defaults. */
public final class Algorithms {

    /** Read buffer of one connection: 8 KiB instead of 32 halves the heap of an idle connection. */
    public static final int READ_BUFFER_BYTES = 8 * 1024;

    /** Hybrid post-quantum first; no finite-field groups and no NIST curves (T5). */
    private static final List<DHFactory> KEY_EXCHANGES = List.of(
            BuiltinDHFactories.mlkem768x25519,
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh,
            BuiltinDHFactories.sntrup761x25519,
            BuiltinDHFactories.sntrup761x25519_openssh);

    private Algorithms() {}

    /** Key exchanges for clients. */
    public static List<KeyExchangeFactory> serverKeyExchanges() {
        return NamedFactory.setUpTransformedFactories(false, KEY_EXCHANGES, ServerBuilder.DH2KEX);
    }

    /** Key exchanges towards targets; sntrup last, since generating its key costs the bastion 70 ms. */
    static List<KeyExchangeFactory> clientKeyExchanges() {
        return NamedFactory.setUpTransformedFactories(false, KEY_EXCHANGES, ClientBuilder.DH2KEX);
    }

    /** AES-GCM first: in Java it is worth two and a half times ChaCha20. */
    public static List<NamedFactory<Cipher>> ciphers() {
        return List.of(
                BuiltinCiphers.aes128gcm,
                BuiltinCiphers.aes256gcm,
                BuiltinCiphers.aes128ctr,
                BuiltinCiphers.aes256ctr,
                BuiltinCiphers.cc20p1305_openssh);
    }

    /** What is offered to a client known to speak it, so that it cannot choose a slower one. */
    public static List<NamedFactory<Cipher>> gcmCiphers() {
        return List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm);
    }

    /** Encrypt-then-MAC first; no SHA-1. */
    public static List<NamedFactory<Mac>> macs() {
        return List.of(
                BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm, BuiltinMacs.hmacsha256, BuiltinMacs.hmacsha512);
    }

    /** None: compression before encryption leaks, and inflates on the way in (T7). */
    public static List<NamedFactory<Compression>> noCompression() {
        return List.of(BuiltinCompressions.none);
    }
}
