package sallyport.bastion.ssh;

import java.util.regex.Pattern;

/** What a client calls its terminal. */
final class TerminalType {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]{0,63}");

    private TerminalType() {}

    /** The name if it has the form of one, else {@code dumb}: it goes into an environment. */
    static String accepted(String claimed) {
        return FORM.matcher(claimed).matches() ? claimed : "dumb";
    }
}
