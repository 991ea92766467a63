package sallyport.policy;

import java.util.Locale;

/** Douglas Crockford's base 32: no I, L, O or U, and readers forgive the look-alikes. */
public final class Crockford {

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Crockford() {}

    /** The lowest {@code 5 * characters} bits of {@code bits}, most significant first. */
    public static String encode(long bits, int characters) {
        StringBuilder text = new StringBuilder(characters);
        for (int i = characters - 1; i >= 0; i--) {
            text.append(ALPHABET.charAt((int) (bits >>> (5 * i)) & 31));
        }
        return text.toString();
    }

    /** What a person typed, in the alphabet's spelling: upper case, O as 0, I and L as 1, dashes dropped. */
    public static String normalise(String typed) {
        return typed.strip()
                .toUpperCase(Locale.ROOT)
                .replace("-", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
    }
}
