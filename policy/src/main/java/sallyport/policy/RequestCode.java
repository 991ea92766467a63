package sallyport.policy;

import java.util.Locale;
import java.util.regex.Pattern;

/** What people call a request: 4 to 8 characters of Crockford's base 32, without authority of its own. */
public record RequestCode(String value) {

    private static final Pattern FORM = Pattern.compile("[0-9A-HJKMNP-TV-Z]{4,8}");

    /** @throws IllegalArgumentException if {@code value} is not of that form */
    public RequestCode {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a request code: \"" + value + "\" (they look like 7F3K)");
        }
    }

    /**
     * Reads what a person typed: lower case and the look-alikes O, I and L are understood.
     *
     * @throws IllegalArgumentException in words
     */
    public static RequestCode typed(String text) {
        return new RequestCode(Crockford.normalise(text));
    }

    /** A code of {@code characters} characters from the lowest bits of {@code random}. */
    public static RequestCode of(long random, int characters) {
        return new RequestCode(Crockford.encode(random, characters).toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return value;
    }
}
