package sallyport.admin.access;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sallyport.admin.Quoted;

/** Sizes of files as people write them: {@code 512KiB}, {@code 100 MiB}, {@code 1GiB}, or a number of bytes. */
public final class ByteCount {

    /** So that none is beyond a long. */
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ?([KMGT])iB|([0-9]{1,18})");

    private static final String UNITS = "KMGT";

    private ByteCount() {}

    /**
     * In bytes.
     *
     * @throws IllegalArgumentException in words if {@code text} is none
     */
    public static long parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is not a size; write a number of bytes, or a number and KiB, MiB, GiB or TiB, as 100MiB");
        }
        if (form.group(3) != null) {
            return Long.parseLong(form.group(3));
        }
        int unit = 1 + UNITS.indexOf(form.group(2).toUpperCase(Locale.ROOT));
        return Long.parseLong(form.group(1)) << (10 * unit);
    }
}
