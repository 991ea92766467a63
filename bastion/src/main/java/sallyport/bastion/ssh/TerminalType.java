package sallyport.bastion.ssh;

import java.util.regex.Pattern;

/** What a client calls its terminal, and what any terminal understands. */
final class TerminalType {

    /**
     * Leaves the alternate screen and switches off what full-screen programs switch on, so that words can be read where a
     * program was cut off.
     */
    static final String RESET =
            "\033[?1049l\033[0m\033[?1l\033>\033[?25h\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1004l\033[?2004l\r\n";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]{0,63}");

    private TerminalType() {}

    /** The name if it has the form of one, else {@code dumb}: it goes into an environment. */
    static String accepted(String claimed) {
        return FORM.matcher(claimed).matches() ? claimed : "dumb";
    }
}
