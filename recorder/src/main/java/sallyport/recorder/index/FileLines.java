package sallyport.recorder.index;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the lines in which a recording says what was done with files: between the markers {@link #BEGIN} and {@link #END}, which only
 * the recorder's owner can write, all that is shown on stdout is such lines. A path stands in quotation marks, a quotation mark and a
 * backslash in it behind a backslash; behind {@value #SAID} come somebody else's words.
 */
public final class FileLines {

    /** The marker behind which stdout is lines about files, and what is in the files is left out. */
    public static final String BEGIN = "files: what is done with them follows, not what is in them";

    /** What begins the marker behind which stdout is what passed again; behind it stands why. */
    public static final String END = "files: from here on all that passes follows";

    /** What begins a marker that is one such line, where stdout is what passes. */
    public static final String LINE = "files: ";

    /** What begins the words of a target that refuses. */
    public static final String SAID = ": failed: ";

    /** Longer lines are read so far: two of the longest names, with every byte written as an escape. */
    private static final int LONGEST = 64 << 10;

    private final Consumer<Found> found;
    private final StringBuilder line = new StringBuilder();
    private boolean reading;
    private long told;
    private long leftOut;

    FileLines(Consumer<Found> found) {
        this.found = found;
    }

    /** How many were not told because there were too many. */
    long leftOut() {
        return leftOut;
    }

    void marker(Duration at, String label) {
        if (label.equals(BEGIN)) {
            reading = true;
        } else if (label.startsWith(END)) {
            reading = false;
            line.setLength(0);
        } else if (label.startsWith(LINE)) {
            tell(at, label.substring(LINE.length()));
        }
    }

    void output(Duration at, String text) {
        if (!reading) {
            return;
        }
        int from = 0;
        for (int end; (end = text.indexOf('\n', from)) >= 0; from = end + 1) {
            append(text, from, end);
            tell(at, line);
            line.setLength(0);
        }
        append(text, from, text.length());
    }

    private void append(String text, int from, int to) {
        line.append(text, from, Math.min(to, from + LONGEST - Math.min(LONGEST, line.length())));
    }

    private void tell(Duration at, CharSequence line) {
        String whole = RecordingIndex.cut(RecordingIndex.clean(line.toString()), RecordingIndex.LONGEST_LINE);
        for (String path : paths(line)) {
            if (told == RecordingIndex.MOST_FILES) {
                leftOut++;
            } else {
                told++;
                found.accept(new Found.File(
                        at, RecordingIndex.cut(RecordingIndex.clean(path), RecordingIndex.LONGEST_PATH), whole));
            }
        }
    }

    /** Each once, in their order. */
    private static Set<String> paths(CharSequence line) {
        Set<String> paths = new LinkedHashSet<>();
        StringBuilder path = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted) {
                    paths.add(path.toString());
                    path.setLength(0);
                }
                quoted = !quoted;
            } else if (!quoted) {
                if (SAID.contentEquals(line.subSequence(i, Math.min(line.length(), i + SAID.length())))) {
                    break;
                }
            } else if (c == '\\' && i + 1 < line.length()) {
                char escaped = line.charAt(++i);
                path.append(escaped == '"' ? "" : "\\").append(escaped);
            } else {
                path.append(c);
            }
        }
        return paths;
    }
}
