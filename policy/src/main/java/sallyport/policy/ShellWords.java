package sallyport.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command line as a shell would hand it to a program, where every shell there is would hand it on as the same words: what a shell
 * does something with (expansions, redirections, several commands, comments, newlines) makes it none.
 */
final class ShellWords {

    /** Longest line that is looked at, in bytes: a command with two of the longest names. */
    private static final int LONGEST = 32 * 1024;

    /** Besides letters, digits and bytes of other characters. */
    private static final String PLAIN = "_@%+:,./-";

    private final String line;
    private int at;
    private final List<String> words = new ArrayList<>();

    private ShellWords(String line) {
        this.line = line;
    }

    /** The words of {@code command}, each byte as a character; empty if a shell would do more than split it. */
    static Optional<List<String>> of(Command command) {
        ShellWords words = new ShellWords(new String(command.bytes(), StandardCharsets.ISO_8859_1));
        return words.line.length() <= LONGEST && words.read() ? Optional.of(words.words) : Optional.empty();
    }

    private boolean read() {
        while (at < line.length()) {
            if (line.charAt(at) == ' ') {
                at++;
            } else if (!word()) {
                return false;
            }
        }
        return true;
    }

    private boolean word() {
        StringBuilder word = new StringBuilder();
        int start = at;
        while (at < line.length() && line.charAt(at) != ' ') {
            char c = line.charAt(at++);
            boolean taken = switch (c) {
                case '\'' -> quoted(word, '\'', "");
                case '"' -> quoted(word, '"', "$`\\!");
                case '\\' -> at < line.length() && isInert(line.charAt(at)) && append(word, line.charAt(at++));
                // Somebody's own home may be written so; another's, and what zsh makes of an equals sign, is looked up.
                case '~' -> (at - 1 > start || at == line.length() || line.charAt(at) == '/') && append(word, c);
                case '=' -> at - 1 > start && append(word, c);
                default -> isPlain(c) && append(word, c);
            };
            if (!taken) {
                return false;
            }
        }
        words.add(word.toString());
        return true;
    }

    private boolean quoted(StringBuilder word, char quote, String special) {
        for (; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == quote) {
                at++;
                return true;
            }
            if (!isInert(c) || special.indexOf(c) >= 0) {
                return false;
            }
            word.append(c);
        }
        return false;
    }

    private static boolean append(StringBuilder word, char c) {
        word.append(c);
        return true;
    }

    /** A newline ends a command in some shells even in quotation marks; no program is given a NUL. */
    private static boolean isInert(char c) {
        return c != '\n' && c != '\r' && c != 0;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c >= 0x80
                || PLAIN.indexOf(c) >= 0;
    }
}
