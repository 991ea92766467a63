package sallyport.recorder.proof;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What the text of a signed note says about a tree at one size
 * (<a href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</a>).
 *
 * @param origin which log it is about
 * @param size how many leaves
 * @param root of these leaves
 * @param extensions further lines, which nothing here reads or writes
 */
public record Checkpoint(String origin, long size, Hash root, List<String> extensions) {

    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");

    public Checkpoint {
        extensions = List.copyOf(extensions);
        if (!isLine(origin)) {
            throw new IllegalArgumentException("a log's name is one line of text, and not \"" + origin + "\"");
        }
        if (!extensions.stream().allMatch(Checkpoint::isLine)) {
            throw new IllegalArgumentException("an extension is a line that is not empty");
        }
        if (size < 0 || (size == 0 && !root.equals(Hash.OF_NOTHING))) {
            throw new IllegalArgumentException("no tree of " + size + " leaves has the root " + root);
        }
    }

    public Checkpoint(String origin, long size, Hash root) {
        this(origin, size, root, List.of());
    }

    private static boolean isLine(String text) {
        return !text.isEmpty() && text.chars().noneMatch(c -> c < ' ');
    }

    /**
     * Reads the text of a note. Whether it is signed is for the caller to ask.
     *
     * @throws NoteRefused if it is no check point
     */
    public static Checkpoint parse(String text) throws NoteRefused {
        if (!text.endsWith("\n")) {
            throw new NoteRefused("a check point ends with a line feed");
        }
        List<String> lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
        if (lines.size() < 3) {
            throw new NoteRefused("a check point has three lines at least: log, size, root");
        }
        try {
            if (!SIZE.matcher(lines.get(1)).matches()) {
                throw new NumberFormatException();
            }
            return new Checkpoint(
                    lines.get(0),
                    Long.parseLong(lines.get(1)),
                    Hash.parse(lines.get(2)),
                    lines.subList(3, lines.size()));
        } catch (NumberFormatException e) {
            throw new NoteRefused("the second line of the check point is no size of a tree");
        } catch (IllegalArgumentException e) {
            throw new NoteRefused("the check point is damaged: " + e.getMessage());
        }
    }

    /** The text to sign. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(origin)
                .append('\n')
                .append(size)
                .append('\n')
                .append(root.base64())
                .append('\n');
        extensions.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
