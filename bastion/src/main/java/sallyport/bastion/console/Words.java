package sallyport.bastion.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import sallyport.policy.Command;

/**
 * The words of a command line.
 *
 * <p>An ssh client joins its arguments with spaces and drops the quotes that its user typed: {@code --reason "it's down"}
 * arrives as {@code --reason it's down}. So quotes are understood where a shell user who quotes twice would have put them,
 * and everything else stays as it is: a quote opens at the beginning of a word, after {@code =}, or right after another
 * quoted part, and only if it is closed later; a backslash takes the meaning from a space, a quote or a backslash alone.
 * There are no variables, no patterns and no pipes (T29).
 */
final class Words {

    /** Longest command line, in characters. A longer one is refused before it is looked at. */
    static final int LONGEST_LINE = 16_384;

    private static final Word DASHES = new Word("--", false, false);

    private Words() {}

    /**
     * One word.
     *
     * @param opensQuoted whether it began with a quote: then it is text, and never the name of an option
     * @param quoted whether any part of it was in quotes
     */
    record Word(String text, boolean opensQuoted, boolean quoted) {

        /** Whether it looks like the name of an option: it ends the free text of an option before it. */
        boolean isOption() {
            return !opensQuoted && text.length() > 2 && text.startsWith("--") && Character.isLetter(text.charAt(2));
        }
    }

    /** Splits {@code line}; every text comes back as some word, none is refused. */
    static List<Word> of(String line) {
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length() && isBlank(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return words;
            }
            at = word(line, at, words);
        }
    }

    /**
     * A line in two parts.
     *
     * @param words what is ours to read
     * @param command what stands behind the first bare {@code --} and one blank, byte for byte; empty without such a word
     */
    record Parts(String words, Optional<Command> command) {}

    /** Cuts {@code line} at its first bare {@code --}. */
    static Parts atDashes(Command line) {
        byte[] bytes = line.bytes();
        // Every byte is one character so, and all that makes words is ASCII: places in the text are places in the
        // bytes.
        String places = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < places.length()) {
            if (isBlank(places.charAt(at))) {
                at++;
                continue;
            }
            int start = at;
            at = word(places, at, words);
            if (words.getLast().equals(DASHES)) {
                int behind = Math.min(at + 1, bytes.length);
                return new Parts(
                        new String(bytes, 0, start, StandardCharsets.UTF_8),
                        Optional.of(new Command(Arrays.copyOfRange(bytes, behind, bytes.length))));
            }
        }
        return new Parts(line.text(), Optional.empty());
    }

    private static int word(String line, int start, List<Word> words) {
        StringBuilder text = new StringBuilder();
        boolean opensQuoted = false;
        boolean quoted = false;
        boolean mayOpen = true;
        int at = start;
        while (at < line.length() && !isBlank(line.charAt(at))) {
            char c = line.charAt(at);
            int close = mayOpen && (c == '\'' || c == '"') ? closing(line, at) : -1;
            if (close > 0) {
                opensQuoted |= at == start;
                quoted = true;
                appendQuoted(line, at, close, text);
                at = close + 1;
            } else if (c == '\\' && at + 1 < line.length() && isEscapable(line.charAt(at + 1))) {
                text.append(line.charAt(at + 1));
                at += 2;
                mayOpen = true;
            } else {
                text.append(c);
                at++;
                mayOpen = c == '=';
            }
        }
        words.add(new Word(text.toString(), opensQuoted, quoted));
        return at;
    }

    /** Where the quote that opens at {@code open} closes, or -1. */
    private static int closing(String line, int open) {
        char quote = line.charAt(open);
        for (int i = open + 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == '"' && c == '\\' && i + 1 < line.length() && isDoubleQuoteEscape(line.charAt(i + 1))) {
                i++;
            } else if (c == quote) {
                return i;
            }
        }
        return -1;
    }

    private static void appendQuoted(String line, int open, int close, StringBuilder text) {
        boolean escapes = line.charAt(open) == '"';
        for (int i = open + 1; i < close; i++) {
            if (escapes && line.charAt(i) == '\\' && isDoubleQuoteEscape(line.charAt(i + 1))) {
                i++;
            }
            text.append(line.charAt(i));
        }
    }

    private static boolean isDoubleQuoteEscape(char c) {
        return c == '"' || c == '\\';
    }

    private static boolean isEscapable(char c) {
        return c == '\'' || c == '"' || c == '\\' || c == ' ';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
