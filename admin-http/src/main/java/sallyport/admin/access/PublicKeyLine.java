package sallyport.admin.access;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import sallyport.admin.Quoted;
import sallyport.admin.yaml.Nearest;
import sallyport.policy.KeyFingerprint;

/**
 * A public key in the one-line form of OpenSSH: {@code ssh-ed25519 AAAA... comment}. The blob is looked into (RFC 4253
 * section 6.6, RFC 5656 section 3.1, RFC 8709 section 4, and OpenSSH's PROTOCOL.u2f), so that a line cut short in a copy is
 * found here and not when somebody cannot log in.
 *
 * @param line type and base64 with one space between, without the comment
 */
record PublicKeyLine(String line, String comment, KeyFingerprint fingerprint) {

    /** Shortest RSA modulus, in bits: what OpenSSH asks for. */
    private static final int SHORTEST_RSA = 2048;

    /** Longest line, in characters: room for an RSA key of 16,384 bits and a comment. */
    private static final int LONGEST = 8192;

    private static final List<String> TYPES = List.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "ssh-rsa",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException in words that follow "the key": what is wrong and what to write
     */
    static PublicKeyLine parse(String text) {
        if (text.contains("PRIVATE KEY")) {
            throw new IllegalArgumentException(
                    "is a private key; take it out of this file, replace it everywhere, and write the line of its .pub"
                            + " file here");
        }
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "has " + text.length() + " characters, " + LONGEST + " at most are allowed");
        }
        if (text.codePoints().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("has a control character or a line end inside; it must be one line");
        }
        List<String> words = List.of(text.strip().split(" +", 3));
        String type = words.getFirst();
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(unknown(type));
        }
        if (words.size() < 2) {
            throw new IllegalArgumentException("ends after its type; the base64 part is missing");
        }
        byte[] blob = decode(words.get(1));
        check(type, blob);
        return new PublicKeyLine(type + " " + words.get(1), words.size() > 2 ? words.get(2) : "", fingerprint(blob));
    }

    private static String unknown(String type) {
        if (type.equals("ssh-dss")) {
            return "is of type ssh-dss, which is too weak; make a new one with: ssh-keygen -t ed25519";
        }
        if (type.endsWith("-cert-v01@openssh.com")) {
            return "is a certificate; write the plain public key here";
        }
        return "begins with " + Quoted.of(type) + ", which is not a key type" + Nearest.hint(type, TYPES)
                + (type.contains("=") || type.contains(",") ? "; options before the key are not supported here" : "");
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(
                    "has a base64 part that cannot be read; copy the whole line of the .pub file again", notBase64);
        }
    }

    private static void check(String type, byte[] blob) {
        try {
            ByteBuffer rest = ByteBuffer.wrap(blob);
            String inner = text(rest);
            if (!inner.equals(type)) {
                throw new IllegalArgumentException(
                        "says it is of type " + type + " and is of type " + Quoted.of(inner) + " inside");
            }
            switch (type) {
                case "ssh-ed25519" -> expect(field(rest).length == 32);
                case "sk-ssh-ed25519@openssh.com" -> {
                    expect(field(rest).length == 32);
                    expect(field(rest).length > 0);
                }
                case "ssh-rsa" -> checkRsa(field(rest), field(rest));
                case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
                    checkPoint("nistp256", text(rest), field(rest));
                    expect(field(rest).length > 0);
                }
                default -> checkPoint(type.substring("ecdsa-sha2-".length()), text(rest), field(rest));
            }
            expect(!rest.hasRemaining());
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException(
                    "is cut short or damaged inside; copy the whole line of the .pub file again", cut);
        }
    }

    private static void checkRsa(byte[] exponent, byte[] modulus) {
        expect(exponent.length > 0 && modulus.length > 0);
        int bits = new BigInteger(modulus).bitLength();
        if (bits < SHORTEST_RSA) {
            throw new IllegalArgumentException("is an RSA key of " + bits + " bits; " + SHORTEST_RSA
                    + " at least are needed, better: ssh-keygen -t ed25519");
        }
    }

    /** An uncompressed point: 4, then two coordinates of the curve's size (SEC 1 section 2.3.3). */
    private static void checkPoint(String curve, String named, byte[] point) {
        int coordinate = switch (curve) {
            case "nistp256" -> 32;
            case "nistp384" -> 48;
            default -> 66;
        };
        expect(named.equals(curve) && point.length == 1 + 2 * coordinate && point[0] == 4);
    }

    private static void expect(boolean sound) {
        if (!sound) {
            throw new IllegalArgumentException(
                    "is cut short or damaged inside; copy the whole line of the .pub file again");
        }
    }

    private static String text(ByteBuffer rest) {
        return new String(field(rest), StandardCharsets.ISO_8859_1);
    }

    private static byte[] field(ByteBuffer rest) {
        int length = rest.getInt();
        if (length < 0 || length > rest.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] field = new byte[length];
        rest.get(field);
        return field;
    }

    private static KeyFingerprint fingerprint(byte[] blob) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return new KeyFingerprint(
                    "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has SHA-256", absent);
        }
    }
}
