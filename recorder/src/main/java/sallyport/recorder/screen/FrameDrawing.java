package sallyport.recorder.screen;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Draws a screen on a client's terminal of another size, or for a client that cannot keep up: each frame says only what is
 * different from the frame before, and frames in between may be left out.
 *
 * <p>It draws on the client's alternate screen and shows the part of the screen around the cursor; a wide character that the
 * edge would cut is blank. The modes that decide what keys send, the cursor's shape and the palette are those of the screen,
 * so that the program gets the keys it expects. While the part does not begin at the screen's corner, the mouse is silent:
 * its places would be wrong. The title is left alone.
 *
 * <p>What it remembers is bounded by the client's size. For one thread at a time, which also guards the screen.
 */
public final class FrameDrawing {

    private static final byte[] NOTHING = {};
    private static final Pen STATUS = Pen.of(Style.DIM, null, false);

    /** From here on characters, emoji most of all, are not as wide everywhere. */
    private static final int DOUBTFUL = 0x1f000;

    /** Whether the client is in the session, and does not only look at a picture of it. */
    private final boolean takesPart;

    private final Window window = new Window();
    private final Mirror mirror = new Mirror();
    private int columns;
    private int rows;
    private boolean started;

    /** What the client sees; null when that is not known. */
    private Row @Nullable [] drawn;

    private int cursorColumn;
    private int cursorRow;
    private boolean cursorVisible;

    /** For a client's terminal of this size, clamped as {@link Screen#resize} does. */
    public FrameDrawing(int columns, int rows) {
        this(columns, rows, true);
    }

    private FrameDrawing(int columns, int rows, boolean takesPart) {
        this.takesPart = takesPart;
        resize(columns, rows);
    }

    /**
     * For somebody who looks at what a program showed, and whose keys do not go to it: the picture alone. No links, no
     * colours of the palette, no mode that changes what keys send, and nothing that turns the order of a line (T33).
     */
    public static FrameDrawing ofPicture(int columns, int rows) {
        return new FrameDrawing(columns, rows, false);
    }

    /** The client's terminal has another size; what it shows is not known, so the next frame draws everything. */
    public final void resize(int newColumns, int newRows) {
        columns = Math.clamp(newColumns, 1, Screen.MOST_COLUMNS);
        rows = Math.clamp(newRows, 1, Screen.MOST_ROWS);
        drawn = null;
    }

    /**
     * What turns the client's terminal from the last frame into this one, or nothing if they are the same. The first frame
     * begins with a reset, since the terminal may be in any state. {@code status} is one dim line at the bottom, cut to the
     * width, its control characters left out; there is none if it is empty or the terminal has a single row.
     */
    public byte[] next(Screen screen, String status) {
        boolean withStatus = rows > 1 && !status.isEmpty();
        int height = withStatus ? rows - 1 : rows;
        window.follow(screen, columns, height);
        Row[] frame = frame(screen, height);
        if (withStatus) {
            write(status, frame[rows - 1]);
        }
        Drawing drawing = new Drawing();
        boolean first = !started;
        start(drawing);
        draw(frame, drawing);
        if (takesPart) {
            mirror.follow(screen.page, window.atCorner(), drawing);
        }
        int column = screen.cursorColumn() - window.left();
        int row = screen.cursorRow() - window.top();
        boolean visible = screen.page.modes.has(Mode.CURSOR_VISIBLE);
        byte[] changes = drawing.bytes();
        if (changes.length == 0 && column == cursorColumn && row == cursorRow && visible == cursorVisible) {
            return NOTHING;
        }
        cursorColumn = column;
        cursorRow = row;
        cursorVisible = visible;
        return bracketed(first, changes, new Drawing().to(column, row).mode(Mode.CURSOR_VISIBLE, visible));
    }

    /** The column of the screen that the client's first one shows. */
    int left() {
        return window.left();
    }

    int top() {
        return window.top();
    }

    /** Leaves the client's terminal clean and as if nothing had been drawn. The next frame would be a first one. */
    public byte[] end() {
        if (!started) {
            return NOTHING;
        }
        started = false;
        drawn = null;
        return Redraw.inverse();
    }

    /** The cursor is hidden meanwhile, for terminals that do not know how to show everything at once. */
    private static byte[] bracketed(boolean first, byte[] changes, Drawing last) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(changes.length + 64);
        if (first) {
            out.writeBytes(Redraw.inverse());
        }
        out.writeBytes(new Drawing()
                .mode(Mode.SYNCHRONISED, true)
                .mode(Mode.CURSOR_VISIBLE, false)
                .bytes());
        out.writeBytes(changes);
        out.writeBytes(last.mode(Mode.SYNCHRONISED, false).bytes());
        return out.toByteArray();
    }

    private void start(Drawing drawing) {
        if (!started) {
            started = true;
            drawn = null;
            mirror.reset();
            // Without wrapping, a character that is wider there than here cannot scroll the picture.
            drawing.control("?1049h").mode(Mode.AUTOWRAP, false);
        }
    }

    private Row[] frame(Screen screen, int height) {
        Row[] frame = new Row[rows];
        int width = Math.min(columns, screen.columns() - window.left());
        for (int i = 0; i < rows; i++) {
            frame[i] = new Row(columns);
            if (i < height && window.top() + i < screen.rows()) {
                frame[i].copy(screen.page.grid.row(window.top() + i), window.left(), 0, width);
                trim(frame[i], width);
                if (!takesPart) {
                    unlink(frame[i], width);
                    unturn(frame[i], width);
                }
            }
        }
        return frame;
    }

    private static void trim(Row row, int width) {
        if (row.tail(0)) {
            row.set(0, Cell.EMPTY, row.style[0] & Style.BACKGROUND);
        }
        if (row.wide(width - 1)) {
            row.set(width - 1, Cell.EMPTY, row.style[width - 1] & Style.BACKGROUND);
        }
        for (int i = 0; i < width; i++) {
            row.text[i] &= ~Cell.PROTECTED;
        }
    }

    private static void unlink(Row row, int width) {
        for (int i = 0; i < width; i++) {
            Extra extra = row.extra(i);
            if (extra != null && extra.link() != null) {
                Extra left = Extra.of(extra.underlineColour(), null);
                if (left == null) {
                    row.style[i] &= ~Style.EXTRA;
                } else {
                    row.setExtra(i, left);
                }
            }
        }
    }

    /** Takes away what would make a terminal show the line in another order than it was written in (UAX #9). */
    private static void unturn(Row row, int width) {
        for (int i = 0; i < width; i++) {
            String marks = row.marks(i);
            if (marks.codePoints().anyMatch(FrameDrawing::turns)) {
                String left = marks.codePoints()
                        .filter(c -> !turns(c))
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                row.text[i] &= ~Cell.MARKED;
                if (!left.isEmpty()) {
                    row.setMarks(i, left);
                }
            }
        }
    }

    private static boolean turns(int codePoint) {
        return (codePoint >= 0x202a && codePoint <= 0x202e)
                || (codePoint >= 0x2066 && codePoint <= 0x2069)
                || codePoint == 0x200e
                || codePoint == 0x200f
                || codePoint == 0x061c;
    }

    private static void write(String status, Row row) {
        int column = 0;
        for (int at = 0; at < status.length() && column < row.columns(); ) {
            int codePoint = status.codePointAt(at);
            at += Character.charCount(codePoint);
            int width = printable(codePoint) ? Width.of(codePoint) : 0;
            if (width > 0 && column + width <= row.columns()) {
                row.put(column, codePoint, width, STATUS);
            }
            column += width;
        }
    }

    private static boolean printable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private void draw(Row[] frame, Drawing drawing) {
        Row[] before = drawn;
        if (before == null) {
            before = new Row[rows];
            Arrays.setAll(before, i -> new Row(columns));
            drawing.control("H").control("2J");
        }
        for (int i = 0; i < rows; i++) {
            draw(before[i], frame[i], i, drawing);
        }
        drawing.plain();
        drawn = frame;
    }

    private static void draw(Row before, Row row, int index, Drawing drawing) {
        int from = 0;
        int to = row.columns();
        while (from < to && same(before, row, from)) {
            from++;
        }
        if (from == to) {
            return;
        }
        while (same(before, row, to - 1)) {
            to--;
        }
        // A wide character that begins or ends here is drawn whole, and so is the place of one that was here before.
        if (from > 0 && (row.tail(from) || before.tail(from))) {
            from--;
        }
        if (to < row.columns() && (row.tail(to) || before.tail(to))) {
            to++;
        }
        drawing.to(from, index);
        cells(row, from, to, drawing);
    }

    private static void cells(Row row, int from, int to, Drawing drawing) {
        int at = from;
        while (at < to) {
            if (row.text[at] != Cell.EMPTY) {
                drawing.character(row, at);
                boolean doubtful = (row.text[at] & Cell.MARKED) != 0 || (row.text[at] & Cell.CODE_POINT) >= DOUBTFUL;
                at += row.width(at);
                if (doubtful && at < to) {
                    drawing.control(at + 1 + "G");
                }
                continue;
            }
            int end = at + 1;
            while (end < to && row.text[end] == Cell.EMPTY && row.style[end] == row.style[at]) {
                end++;
            }
            drawing.erase(row, at, end - at);
            drawing.right(end < to ? end - at : 0);
            at = end;
        }
    }

    private static boolean same(Row one, Row other, int column) {
        return one.text[column] == other.text[column]
                && one.style[column] == other.style[column]
                && Objects.equals(one.extra(column), other.extra(column))
                && one.marks(column).equals(other.marks(column));
    }
}
