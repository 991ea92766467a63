package sallyport.recorder.screen;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A screen as escape sequences that draw it. Only what can be seen, and the modes, are in them: never a question that a
 * terminal would answer, and nothing that acts beyond the terminal, such as the clipboard (T23).
 */
public final class Redraw {

    private static final String ST = "\u001b\\";

    /** More than any terminal keeps. */
    private static final String POP_KEYBOARD = "<99u";

    private final Screen screen;
    private final Page page;
    private final Drawing drawing = new Drawing();
    private Charsets charsets = Charsets.PLAIN;

    private Redraw(Screen screen) {
        this.screen = screen;
        page = screen.page;
    }

    /**
     * Draws {@code screen} on a terminal of the same size that may be in any state, in the middle of a sequence too. What that
     * terminal shows scrolls into its own scrollback, and so do, as ordinary output, the last {@code mostScrollbackLines} of
     * the lines above the screen. If the program's output ended in the middle of a character or sequence, so does this, and
     * what the program writes next may follow at once.
     */
    public static byte[] of(Screen screen, int mostScrollbackLines) {
        return new Redraw(screen).whole(mostScrollbackLines);
    }

    /**
     * Leaves a terminal as a person expects it after a program: the main screen, no reports, the usual keys, a visible cursor,
     * a plain pen, no margins. What it shows, its title, and where the cursor is on the main screen stay as they are.
     */
    public static byte[] inverse() {
        Drawing drawing = new Drawing();
        awake(drawing);
        // Where the alternate screen is not shown, leaving it restores the cursor that is saved here.
        drawing.control(POP_KEYBOARD).add("\u001b7").control("?1049l").control(POP_KEYBOARD);
        drawing.control("?69l").add("\u001b7").control("r").add("\u001b8");
        // This ends origin mode without moving the cursor.
        drawing.control("!p");
        usual(drawing, true);
        return drawing.bytes();
    }

    /** Ends whatever sequence or string the terminal is in. */
    private static void awake(Drawing drawing) {
        drawing.add("\u0018" + ST);
    }

    /** Everything that can be put right without moving the cursor. */
    private static void usual(Drawing drawing, boolean shown) {
        for (Mode mode : Mode.values()) {
            switch (mode) {
                case ORIGIN, LEFT_RIGHT_MARGINS -> {}
                case SYNCHRONISED -> drawing.mode(mode, !shown);
                default -> drawing.mode(mode, mode.initially());
            }
        }
        drawing.control("0 q").control(">4m").control("m").control("0\"q");
        drawing.add("\u001b(B\u001b)B\u001b*B\u001b+B\u000f");
        drawing.add("\u001b]8;;" + ST + "\u001b]104" + ST + "\u001b]110" + ST + "\u001b]111" + ST + "\u001b]112" + ST);
    }

    /**
     * Draws {@code screen} again on a terminal of the same size that shows it, but for what {@link #notice} or a stray program
     * has written over it. Nothing scrolls; afterwards all is as after {@link #of}.
     */
    public static byte[] repaint(Screen screen) {
        return new Redraw(screen).inPlace();
    }

    /**
     * Writes {@code line}, dimmed, over the last row of a terminal that shows {@code screen}, or over the first row if the
     * cursor is in the last. It is cut to the width, and loses its control characters; pen, cursor and all else are as before.
     * {@link #repaint} takes it away. If the program's output ended in the middle of a sequence, the notice interrupts it,
     * begins it again at its end, and what follows may follow at once.
     */
    public static byte[] notice(Screen screen, String line) {
        return new Redraw(screen).noticed(line);
    }

    private byte[] whole(int mostScrollbackLines) {
        awake(drawing);
        drawing.mode(Mode.SYNCHRONISED, true);
        drawing.control(POP_KEYBOARD).control("?1049l").control(POP_KEYBOARD).control("!p");
        usual(drawing, false);
        drawing.control("?69l").control("?6l").control("r");
        drawing.to(0, page.rows - 1).add("\n".repeat(page.rows)).control("H").control("J");
        tabs();
        main(mostScrollbackLines);
        if (page.alternate != null) {
            alternate(page.alternate);
        }
        titles();
        return ended();
    }

    private byte[] inPlace() {
        awake(drawing);
        drawing.mode(Mode.SYNCHRONISED, true);
        undisturbed();
        visible();
        saved(page.grid, "\u001b7");
        return ended();
    }

    private byte[] noticed(String line) {
        awake(drawing);
        drawing.mode(Mode.SYNCHRONISED, true);
        undisturbed();
        if (screen.parser.inCharacter()) {
            // What was written of it has become a character that nobody wrote.
            visible();
        }
        blank(page.row == page.rows - 1 ? 0 : page.rows - 1);
        Row row = new Row(page.columns);
        Pen dim = Pen.of(Style.DIM, null, false);
        int column = 0;
        for (int codePoint : Title.cleaned(line).codePoints().toArray()) {
            int width = Width.of(codePoint);
            if (column + width > page.columns) {
                break;
            }
            if (width > 0) {
                row.put(column, codePoint, width, dim);
                column += width;
            }
        }
        drawing.row(row);
        drawing.plain();
        return ended();
    }

    private void visible() {
        for (int i = 0; i < page.rows; i++) {
            blank(i);
        }
        drawing.to(0, 0);
        rows(page.grid);
    }

    /** Empties a row, which still goes on from the one above if it did. */
    private void blank(int row) {
        drawing.to(0, row).control(page.columns + "X");
    }

    /** Puts the terminal into the state in which {@link Drawing} draws, but neither the cursor that is saved nor the screens. */
    private void undisturbed() {
        for (Mode mode : new Mode[] {Mode.INSERT, Mode.NEW_LINE, Mode.LEFT_RIGHT_MARGINS, Mode.ORIGIN}) {
            drawing.mode(mode, false);
        }
        drawing.mode(Mode.AUTOWRAP, true).control("r").control("m").control("0\"q");
        drawing.add("\u001b(B\u001b)B\u001b*B\u001b+B\u000f\u001b]8;;" + ST);
    }

    private byte[] ended() {
        finish();
        return drawing.bytesAnd(screen.parser.unfinished());
    }

    private void tabs() {
        drawing.control("3g");
        for (int column = 0; column < page.columns; column++) {
            if (page.tabs.at(column)) {
                drawing.control(column + 1 + "G").add("\u001bH");
            }
        }
        drawing.add("\r");
    }

    private void main(int mostScrollbackLines) {
        Scrollback.Rows above = page.scrollback.last(Math.max(mostScrollbackLines, 0), page.columns);
        Row before = null;
        while (above.hasNext()) {
            before = next(before, above.next());
        }
        for (int i = 0; i < page.rows; i++) {
            before = next(before, page.main.row(i));
        }
        drawing.plain();
        keyboard(page.main);
        boolean together = page.alternate != null
                && !page.main.saved.pending()
                && page.main.saved.column() == page.mainColumn
                && page.main.saved.row() == page.mainRow;
        saved(page.main, together ? "\u001b[?1049h" : "\u001b7");
        if (page.alternate != null && !together) {
            drawing.to(page.mainColumn, page.mainRow).control("?1047h");
        }
    }

    private Row next(@Nullable Row before, Row row) {
        if (before != null) {
            if (row.wrapped) {
                drawing.wrapInto(before, row, page.rows > 1);
            } else {
                drawing.plain();
                drawing.add("\r\n");
            }
        }
        drawing.row(row);
        return row;
    }

    private void alternate(Grid alternate) {
        drawing.control("H").control("2J");
        rows(alternate);
        saved(alternate, "\u001b7");
        keyboard(alternate);
    }

    private void rows(Grid grid) {
        Row before = null;
        for (int i = 0; i < page.rows; i++) {
            before = next(before, grid.row(i));
        }
        drawing.plain();
    }

    /** Has the terminal save a cursor, and goes back to a plain pen. */
    private void saved(Grid grid, String save) {
        SavedCursor saved = grid.saved;
        boolean narrow = saved.pending() && saved.column() < page.columns - 1;
        if (narrow) {
            drawing.mode(Mode.LEFT_RIGHT_MARGINS, true).control("1;" + (saved.column() + 1) + "s");
        }
        if (saved.origin()) {
            drawing.mode(Mode.ORIGIN, true);
        }
        drawing.to(saved.column(), saved.row());
        if (saved.pending()) {
            drawing.add(" ");
        }
        drawing.pen(saved.pen());
        charsets(saved.charsets());
        drawing.add(save);
        charsets(Charsets.PLAIN);
        drawing.plain();
        if (saved.origin()) {
            drawing.mode(Mode.ORIGIN, false);
        }
        if (narrow) {
            drawing.mode(Mode.LEFT_RIGHT_MARGINS, false);
        }
        if (saved.pending()) {
            Row row = grid.row(saved.row());
            drawing.cell(row, saved.column(), saved.row());
            drawing.plain();
        }
    }

    private void charsets(Charsets wanted) {
        for (int set = 0; set < 4; set++) {
            if (wanted.set(set) != charsets.set(set)) {
                drawing.add("\u001b" + "()*+".charAt(set) + wanted.set(set).designator);
            }
        }
        if (wanted.inUse() != charsets.inUse()) {
            drawing.add(
                    switch (wanted.inUse()) {
                        case 0 -> "\u000f";
                        case 1 -> "\u000e";
                        case 2 -> "\u001bn";
                        default -> "\u001bo";
                    });
        }
        charsets = wanted;
    }

    private void keyboard(Grid grid) {
        int[] entries = grid.keyboard.entries();
        if (entries[0] != 0) {
            drawing.control("=" + entries[0] + ";1u");
        }
        for (int i = 1; i < entries.length; i++) {
            drawing.control(">" + entries[i] + "u");
        }
    }

    private void finish() {
        margins();
        place(page.column);
        if (page.pending) {
            Row row = page.grid.row(page.row);
            int start = row.tail(page.column) ? page.column - 1 : page.column;
            place(start);
            drawing.character(row, start);
        }
        drawing.pen(page.pen);
        charsets(page.charsets);
        for (Mode mode : Mode.values()) {
            boolean placed = mode == Mode.ORIGIN || mode == Mode.LEFT_RIGHT_MARGINS || mode == Mode.SYNCHRONISED;
            if (!placed && page.modes.has(mode) != mode.initially()) {
                drawing.mode(mode, page.modes.has(mode));
            }
        }
        if (page.modes.cursorStyle() != 0) {
            drawing.control(page.modes.cursorStyle() + " q");
        }
        if (page.modes.modifyOtherKeys() != 0) {
            drawing.control(">4;" + page.modes.modifyOtherKeys() + "m");
        }
        colours();
        drawing.add(page.singleShift == 2 ? "\u001bN" : page.singleShift == 3 ? "\u001bO" : "");
        drawing.mode(Mode.SYNCHRONISED, page.modes.has(Mode.SYNCHRONISED));
        if (page.repeatable != 0) {
            repeatable();
        }
    }

    private void margins() {
        if (page.modes.has(Mode.LEFT_RIGHT_MARGINS)) {
            drawing.mode(Mode.LEFT_RIGHT_MARGINS, true).control(page.left + 1 + ";" + (page.right + 1) + "s");
        }
        if (page.top > 0 || page.bottom < page.rows - 1) {
            drawing.control(page.top + 1 + ";" + (page.bottom + 1) + "r");
        }
        if (page.modes.has(Mode.ORIGIN)) {
            drawing.mode(Mode.ORIGIN, true);
        }
    }

    /** Puts the cursor into a column of its row, as origin mode counts. */
    private void place(int column) {
        boolean origin = page.modes.has(Mode.ORIGIN);
        drawing.to(column - (origin ? page.left : 0), page.row - (origin ? page.top : 0));
    }

    private void colours() {
        for (Map.Entry<Integer, Integer> changed : page.palette.changed().entrySet()) {
            drawing.add("\u001b]4;" + changed.getKey() + ";" + Strings.rgb(changed.getValue()) + ST);
        }
        for (int number = Palette.FOREGROUND; number <= Palette.CURSOR; number++) {
            Integer colour = page.palette.special(number);
            if (colour != null) {
                drawing.add("\u001b]" + number + ";" + Strings.rgb(colour) + ST);
            }
        }
    }

    /** A program that never set a title leaves the terminal's alone. */
    private void titles() {
        Title shown = Title.NONE;
        for (Titles.Saved saved : page.titles.stack()) {
            title(shown, saved.title());
            shown = saved.title();
            drawing.control("22;" + saved.which() + "t");
        }
        title(shown, page.titles.title());
        if (!page.directory.isEmpty()) {
            drawing.add("\u001b]7;" + page.directory + ST);
        }
    }

    private void title(Title shown, Title wanted) {
        if (wanted.equals(shown)) {
            return;
        }
        if (wanted.icon().equals(wanted.window())) {
            drawing.add("\u001b]0;" + wanted.window() + ST);
            return;
        }
        if (!wanted.icon().equals(shown.icon())) {
            drawing.add("\u001b]1;" + wanted.icon() + ST);
        }
        if (!wanted.window().equals(shown.window())) {
            drawing.add("\u001b]2;" + wanted.window() + ST);
        }
    }

    /** Writes the last character once more where it stands, so that REP has something to repeat. */
    private void repeatable() {
        Row row = page.grid.row(page.row);
        int at = page.pending ? page.column : page.column - 1;
        int start = at > 0 && row.tail(at) ? at - 1 : at;
        if (start < 0 || (row.text[start] & Cell.CODE_POINT) != page.repeatable) {
            return;
        }
        place(start);
        if (page.modes.has(Mode.INSERT)) {
            drawing.control(row.width(start) + "P");
        }
        drawing.character(row, start);
    }
}
