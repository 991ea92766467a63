package sallyport.admin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of a text that comes in pieces. A line that never ends is broken, so that memory stays bounded. */
final class LastLines {

    /** Longest line, in characters. */
    static final int LONGEST = 4_096;

    private static final char ESC = 0x1b;
    private static final String RESET = "\u001b[0m";

    private final int most;
    private final Deque<String> whole = new ArrayDeque<>();
    private final StringBuilder line = new StringBuilder();
    private boolean returned;

    LastLines(int most) {
        this.most = most;
    }

    /** A line feed, a carriage return or both end a line: what a program wrote over is shown too, above. */
    void add(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean second = returned && c == '\n';
            returned = c == '\r';
            if (second) {
                continue;
            }
            if (c == '\n' || c == '\r') {
                end();
            } else {
                line.append(c);
                if (line.length() >= LONGEST && !Character.isHighSurrogate(c)) {
                    end();
                }
            }
        }
    }

    private void end() {
        whole.addLast(looked(line.toString()));
        line.setLength(0);
        if (whole.size() > most) {
            whole.removeFirst();
        }
    }

    /** The lines, oldest first, with the one that has not ended. */
    List<String> lines() {
        if (!line.isEmpty()) {
            end();
        }
        return List.copyOf(whole);
    }

    /** What is coloured is plain again at its end. */
    private static String looked(String text) {
        return text.indexOf(ESC) < 0 ? text : text + RESET;
    }
}
