package sallyport.recorder.screen;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A terminal in memory. It takes what a program writes and knows what a person would see: both screens, the lines that have
 * scrolled away, the cursor, and every mode that a terminal elsewhere must be put into to go on from there.
 *
 * <p>For one thread at a time; whoever owns it guards it. Whatever bytes come, nothing is thrown, the work is bounded by their
 * number and the screen's size, and the memory by the size, the bound of the scrollback, and a few KiB.
 */
public final class Screen {

    /** How much memory the lines above the screen may take, in bytes, unless the constructor says otherwise. */
    public static final int SCROLLBACK_BYTES = 1 << 20;

    /** The widest screen there is; {@link #resize} takes a greater number as this one. */
    public static final int MOST_COLUMNS = 1000;

    /** The highest screen there is. */
    public static final int MOST_ROWS = 500;

    final Page page;
    final Parser parser;

    /** Null: nobody gets them. */
    private @Nullable Consumer<byte[]> answers;

    /** A screen of the given size, which is clamped as {@link #resize} does. */
    public Screen(int columns, int rows) {
        this(columns, rows, SCROLLBACK_BYTES);
    }

    /** The same, keeping lines above the screen in at most {@code scrollbackBytes}. */
    public Screen(int columns, int rows, int scrollbackBytes) {
        page = new Page(Math.clamp(columns, 1, MOST_COLUMNS), Math.clamp(rows, 1, MOST_ROWS), scrollbackBytes);
        parser = new Parser(new Interpreter(page, this::say));
    }

    private void say(String words) {
        if (answers != null) {
            answers.accept(words.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Takes what the program wrote. It may be cut anywhere. */
    public void feed(byte[] bytes, int offset, int length) {
        parser.feed(bytes, offset, length);
    }

    /** Takes what the program wrote. It may be cut anywhere. */
    public void feed(byte[] bytes) {
        feed(bytes, 0, bytes.length);
    }

    /**
     * Who gets the answers to what programs ask of their terminal; so far nobody does. It is called during {@link #feed} and
     * {@link #resize} (mode 2048), on the same thread, and must not call back.
     */
    public void answerTo(Consumer<byte[]> newAnswers) {
        answers = newAnswers;
    }

    /** Takes the rows that scroll away. */
    @FunctionalInterface
    public interface ScrolledRows {
        /**
         * One row of the main screen, as it left at the top.
         *
         * @param text with the blanks at its end, without control characters
         * @param goesOn whether it goes on where the row before it ended, without a line end between
         */
        void row(String text, boolean goesOn);
    }

    /**
     * Who is shown the rows that scroll away. It is called during {@link #feed}, on the same thread, and must not call back.
     * What a program clears or draws over has not scrolled away.
     */
    public void watchScrolled(ScrolledRows watcher) {
        page.scrollback.watch(row -> watcher.row(ScreenText.cells(row, 0, row.columns()), row.wrapped));
    }

    /** Nobody gets answers any more. */
    public void answerNobody() {
        answers = null;
    }

    /**
     * Gives the screen another size, between 1 by 1 and {@link #MOST_COLUMNS} by {@link #MOST_ROWS}. Lines of the main screen
     * that were wrapped are wrapped anew, also those above it, except the one with the cursor, which the program draws again
     * itself; the alternate screen is cut or filled up. Margins are reset.
     */
    public void resize(int columns, int rows) {
        int newColumns = Math.clamp(columns, 1, MOST_COLUMNS);
        int newRows = Math.clamp(rows, 1, MOST_ROWS);
        if (newColumns == page.columns && newRows == page.rows) {
            return;
        }
        new Resizing(page, newColumns, newRows).run();
        if (page.modes.has(Mode.IN_BAND_RESIZE)) {
            say(new Reports(page).size());
        }
    }

    public int columns() {
        return page.columns;
    }

    public int rows() {
        return page.rows;
    }

    /** Counted from 0, and below {@link #columns}, also when the next character will begin a new line. */
    public int cursorColumn() {
        return page.column;
    }

    /** Counted from 0. */
    public int cursorRow() {
        return page.row;
    }

    /** Whether the alternate screen is shown, as full-screen programs have it. */
    public boolean alternate() {
        return page.alternate != null;
    }

    /** Whether the output so far ended between characters and sequences, and not inside one. */
    public boolean atRest() {
        return parser.unfinished().length == 0;
    }

    /** What the program called the window: printable text, or empty. */
    public String title() {
        return page.titles.title().window();
    }

    /** The working directory as the program told it, a {@code file:} URI, or empty. */
    public String directory() {
        return page.directory;
    }

    /** How many lines are kept above the main screen. */
    public int scrollbackLines() {
        return page.scrollback.lines();
    }

    /**
     * How many lines were above those and are gone because there was no room. Whoever shows {@link #scrollbackLines} has to say
     * that there were more. A program that clears the scrollback makes this 0 too.
     */
    public long forgottenLines() {
        return page.scrollback.forgotten();
    }

    /** How many bytes of the bound on the scrollback are taken. */
    public long scrollbackBytes() {
        return page.scrollback.used();
    }

    /** About how much memory this takes, in bytes. */
    public long heapBytes() {
        return 1024
                + page.main.heapBytes()
                + (page.alternate == null ? 0 : page.alternate.heapBytes())
                + page.scrollback.heapBytes()
                + parser.heapBytes();
    }
}
