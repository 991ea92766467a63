package sallyport.policy;

import java.util.regex.Pattern;

/** A public key's SHA-256 fingerprint as OpenSSH prints it: {@code SHA256:} and 43 characters of unpadded base64. */
public record KeyFingerprint(String value) {

    private static final Pattern FORM = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

    /** @throws IllegalArgumentException if {@code value} is not of that form */
    public KeyFingerprint {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a SHA-256 key fingerprint: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
