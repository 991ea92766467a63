package sallyport.bastion.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sallyport.admin.Inert;
import sallyport.policy.Reason;

/**
 * A question with a one-line answer, on the client's terminal.
 *
 * <p>The line stays on one row of the terminal and slides when it is longer; it is drawn with carriage return, backspace and
 * spaces alone, which even a dumb terminal understands. What is typed behind the Enter stays in the stream.
 */
public final class Prompt {

    /** The least room for typing beside the question; with less the question gets a line of its own. */
    private static final int LEAST_ROOM = 20;

    private static final String PASTE_IS_MARKED = "\033[?2004h";
    private static final String PASTE_IS_NOT_MARKED = "\033[?2004l";

    private final ConsoleChannel channel;
    private final ConsoleTerminal terminal;
    private final String question;
    private final Line line = new Line(Reason.LONGEST);
    private int drawn;

    private Prompt(ConsoleChannel channel, ConsoleTerminal terminal, String question) {
        this.channel = channel;
        this.terminal = terminal;
        this.question = question;
    }

    /**
     * Asks, and waits for Enter on the calling thread. Line ends inside a marked paste count as spaces, so that a pasted
     * paragraph does not run on into the shell behind the question.
     *
     * @param question on one line, ending in what should stand before the cursor, as {@code "Why?  > "}; made inert here
     * @return what was typed, at most {@link Reason#LONGEST} characters without controls, maybe empty; or nothing if they
     *     pressed Ctrl-C, or Ctrl-D on an empty line, or are gone, or have no terminal
     */
    public static Optional<String> line(ConsoleChannel channel, String question) {
        Optional<ConsoleTerminal> terminal = channel.terminal();
        if (terminal.isEmpty()) {
            return Optional.empty();
        }
        try {
            return new Prompt(channel, terminal.get(), Inert.of(question)).ask();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private Optional<String> ask() throws IOException {
        write(terminal.isDumb() ? "" : PASTE_IS_MARKED);
        try {
            return edit();
        } finally {
            write((terminal.isDumb() ? "" : PASTE_IS_NOT_MARKED) + "\r\n");
        }
    }

    private Optional<String> edit() throws IOException {
        if (!standsBeside()) {
            write(question + "\r\n");
        }
        Keyboard keyboard = new Keyboard(channel.in());
        boolean pasting = false;
        draw();
        while (true) {
            Key key = keyboard.next();
            switch (key) {
                case Key.Named.ENTER -> {
                    if (!pasting) {
                        return Optional.of(line.text());
                    }
                    line.take(new Key.Typed(' '));
                }
                case Key.Named.INTERRUPT, Key.Named.GONE -> {
                    return Optional.empty();
                }
                case Key.Named.END_OF_TEXT -> {
                    if (line.text().isEmpty()) {
                        return Optional.empty();
                    }
                }
                case Key.Named.PASTE_BEGINS -> pasting = true;
                case Key.Named.PASTE_ENDS -> pasting = false;
                default -> line.take(key);
            }
            if (!pasting) {
                draw();
            }
        }
    }

    private boolean standsBeside() {
        return Printable.columns(question) + LEAST_ROOM <= terminal.width();
    }

    /** Draws the row anew and puts the cursor where it belongs. */
    private void draw() throws IOException {
        String lead = standsBeside() ? question : "> ";
        int room = Math.max(1, terminal.width() - Printable.columns(lead) - 1);
        String before = end(line.beforeCursor(), room);
        String after = beginning(line.text().substring(line.beforeCursor().length()), room - Printable.columns(before));
        int columns = Printable.columns(lead + before + after);
        int blank = Math.max(0, Math.min(drawn, terminal.width() - 1) - columns);
        write("\r" + lead + before + after + " ".repeat(blank) + "\b".repeat(blank + Printable.columns(after)));
        drawn = columns;
    }

    /** As much of the end of {@code text} as fits. */
    private static String end(String text, int columns) {
        int from = 0;
        while (Printable.columns(text.substring(from)) > columns) {
            from = text.offsetByCodePoints(from, 1);
        }
        return text.substring(from);
    }

    /** As much of the beginning of {@code text} as fits. */
    private static String beginning(String text, int columns) {
        int to = text.length();
        while (Printable.columns(text.substring(0, to)) > columns) {
            to = text.offsetByCodePoints(to, -1);
        }
        return text.substring(0, to);
    }

    private void write(String text) throws IOException {
        channel.out().write(text.getBytes(StandardCharsets.UTF_8));
        channel.out().flush();
    }
}
