package sallyport.recorder.screen;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a program writes on: the main and the alternate grid, cursor, pen, margins and everything else that lasts from one
 * function to the next. Columns and rows count from 0.
 *
 * <p>Two things always hold. With {@link Mode#ORIGIN} the cursor is inside the margins. If {@link #pending}, the cursor stands
 * on the last column it can write to, and something is written there: the next character goes to the next line first.
 */
final class Page {

    final Modes modes = new Modes();
    final Titles titles = new Titles();
    final Palette palette = new Palette();
    final TabStops tabs;
    final Scrollback scrollback;

    /** A file URI, or empty (OSC 7). */
    String directory = "";

    Grid main;

    @Nullable
    Grid alternate;
    /** The one that is shown. */
    Grid grid;

    /** Where the cursor was on the main screen, while the alternate one is shown. */
    int mainColumn;

    int mainRow;

    int columns;
    int rows;
    int column;
    int row;
    boolean pending;
    Pen pen = Pen.PLAIN;
    Charsets charsets = Charsets.PLAIN;
    /** A set for the next character only (SS2, SS3); 0 if none. */
    int singleShift;

    int top;
    int bottom;
    int left;
    int right;

    /** What REP repeats; 0 unless the last thing that happened was this character. */
    int repeatable;

    Page(int columns, int rows, int scrollbackBytes) {
        this.columns = columns;
        this.rows = rows;
        tabs = new TabStops(columns);
        scrollback = new Scrollback(scrollbackBytes);
        main = new Grid(columns, rows, scrollback);
        grid = main;
        resetMargins();
    }

    /** RIS. */
    void reset() {
        modes.reset();
        titles.reset();
        palette.reset();
        tabs.reset();
        scrollback.clear();
        directory = "";
        main = new Grid(columns, rows, scrollback);
        alternate = null;
        grid = main;
        mainColumn = 0;
        mainRow = 0;
        pen = Pen.PLAIN;
        charsets = Charsets.PLAIN;
        singleShift = 0;
        repeatable = 0;
        resetMargins();
        moveTo(0, 0);
    }

    void softReset() {
        modes.softReset();
        resetMargins();
        pen = Pen.PLAIN;
        charsets = Charsets.PLAIN;
        singleShift = 0;
        grid.saved = SavedCursor.HOME;
    }

    // Places

    void resetMargins() {
        top = 0;
        bottom = rows - 1;
        left = 0;
        right = columns - 1;
    }

    private boolean betweenSides() {
        return column >= left && column <= right;
    }

    boolean betweenMargins() {
        return row >= top && row <= bottom && betweenSides();
    }

    /** The last column that text at the cursor may fill. */
    int lastColumn() {
        return column <= right ? right : columns - 1;
    }

    private boolean sides() {
        return left > 0 || right < columns - 1;
    }

    /** Moves the cursor to where it may be, counted from the corner of the screen. */
    void moveTo(int toColumn, int toRow) {
        boolean origin = modes.has(Mode.ORIGIN);
        column = Math.clamp(toColumn, origin ? left : 0, origin ? right : columns - 1);
        row = Math.clamp(toRow, origin ? top : 0, origin ? bottom : rows - 1);
        pending = false;
    }

    /** As {@link #moveTo}, but counted from the margins if {@link Mode#ORIGIN} says so. */
    void address(int toColumn, int toRow) {
        boolean origin = modes.has(Mode.ORIGIN);
        moveTo(toColumn + (origin ? left : 0), toRow + (origin ? top : 0));
    }

    void addressColumn(int toColumn) {
        moveTo(toColumn + (modes.has(Mode.ORIGIN) ? left : 0), row);
    }

    void addressRow(int toRow) {
        moveTo(column, toRow + (modes.has(Mode.ORIGIN) ? top : 0));
    }

    /** DECSTBM; a bottom that is not there means the last row. */
    void setVerticalMargins(int newTop, int newBottom) {
        int lowest = newBottom < 0 || newBottom >= rows ? rows - 1 : newBottom;
        if (newTop < lowest) {
            top = newTop;
            bottom = lowest;
            address(0, 0);
        }
    }

    /** DECSLRM. */
    void setSideMargins(int newLeft, int newRight) {
        int rightmost = newRight < 0 || newRight >= columns ? columns - 1 : newRight;
        if (newLeft < rightmost) {
            left = newLeft;
            right = rightmost;
            address(0, 0);
        }
    }

    void resetSideMargins() {
        left = 0;
        right = columns - 1;
        pending = false;
    }

    void up(int count) {
        moveTo(column, Math.max(row - count, row >= top ? top : 0));
    }

    void down(int count) {
        moveTo(column, Math.min(row + count, row <= bottom ? bottom : rows - 1));
    }

    void leftBy(int count) {
        moveTo(Math.max(column - count, column >= left ? left : 0), row);
    }

    void rightBy(int count) {
        moveTo(Math.min(column + count, lastColumn()), row);
    }

    void carriageReturn() {
        moveTo(column >= left ? left : 0, row);
    }

    void backspace() {
        if (!modes.has(Mode.REVERSE_WRAP)) {
            leftBy(1);
        } else if (pending) {
            pending = false;
        } else if (column > (column >= left ? left : 0)) {
            column--;
        } else if (row > top && row <= bottom && grid.row(row).wrapped) {
            grid.row(row).wrapped = false;
            row--;
            column = lastColumn();
            if (column > left && grid.row(row).text[column] == Cell.EMPTY) {
                // A wide character did not fit there.
                column--;
            }
        }
    }

    void tab(int count) {
        if (pending) {
            return;
        }
        int to = column;
        for (int i = 0; i < count && to < columns - 1; i++) {
            to = tabs.next(to);
        }
        moveTo(Math.min(to, lastColumn()), row);
    }

    void tabBack(int count) {
        int to = column;
        for (int i = 0; i < count && to > 0; i++) {
            to = tabs.previous(to);
        }
        moveTo(to, row);
    }

    /** To the next line; at the bottom margin, the text moves up instead. */
    void index() {
        pending = false;
        if (row == bottom && betweenSides()) {
            scrollUp();
        } else if (row < rows - 1 && row != bottom) {
            row++;
        }
    }

    void lineFeed() {
        boolean moves = row != bottom && row < rows - 1;
        index();
        if (moves) {
            grid.row(row).wrapped = false;
        }
        if (modes.has(Mode.NEW_LINE)) {
            carriageReturn();
        }
    }

    void reverseIndex() {
        pending = false;
        if (row == top && betweenSides()) {
            insertLinesAt(top, 1);
        } else if (row > 0 && row != top) {
            row--;
        }
    }

    private void scrollUp() {
        if (sides()) {
            removeLinesAt(top, 1);
        } else {
            grid.scrollUp(top, bottom, pen.erased());
        }
    }

    /** Lines from {@code from} to the bottom margin move up. */
    void removeLinesAt(int from, int count) {
        if (!sides()) {
            grid.removeLines(from, bottom, count, pen.erased());
            return;
        }
        for (int to = from; to <= bottom; to++) {
            moveCells(to + Math.min(count, rows), to);
        }
    }

    /** Lines from {@code from} to the bottom margin move down. */
    void insertLinesAt(int from, int count) {
        if (!sides()) {
            grid.insertLines(from, bottom, count, pen.erased());
            return;
        }
        for (int to = bottom; to >= from; to--) {
            int source = to - Math.min(count, rows);
            moveCells(source < from ? bottom + 1 : source, to);
        }
    }

    /** Between the side margins, from a row to another; below the bottom margin there are only empty cells to take. */
    private void moveCells(int from, int to) {
        Row target = grid.row(to);
        target.erase(left, right + 1, pen.erased());
        if (from <= bottom) {
            Row source = grid.row(from);
            source.cut(left);
            source.cut(right + 1);
            target.copy(source, left, left, right + 1 - left);
        }
    }

    void insertLines(int count) {
        if (betweenMargins()) {
            insertLinesAt(row, count);
            carriageReturn();
        }
    }

    void removeLines(int count) {
        if (betweenMargins()) {
            removeLinesAt(row, count);
            carriageReturn();
        }
    }

    void insertColumns(int at, int count) {
        for (int i = top; i <= bottom; i++) {
            grid.row(i).insert(at, Math.min(count, columns), right + 1, pen.erased());
        }
    }

    void removeColumns(int at, int count) {
        for (int i = top; i <= bottom; i++) {
            grid.row(i).delete(at, Math.min(count, columns), right + 1, pen.erased());
        }
    }

    void insertCells(int count) {
        pending = false;
        if (betweenSides()) {
            grid.row(row).insert(column, Math.min(count, columns), right + 1, pen.erased());
        }
    }

    void removeCells(int count) {
        pending = false;
        if (betweenSides()) {
            grid.row(row).delete(column, Math.min(count, columns), right + 1, pen.erased());
        }
    }

    // Writing

    /** Printable ASCII, as the current set has it. */
    void print(byte[] bytes, int from, int to) {
        if (singleShift != 0 || charsets.current() != Charset.ASCII) {
            for (int i = from; i < to; i++) {
                boolean shifted = singleShift != 0;
                Charset set = shifted ? charsets.set(singleShift) : charsets.current();
                singleShift = 0;
                print(set.character(bytes[i]));
                if (shifted) {
                    repeatable = 0;
                }
            }
            return;
        }
        int at = from;
        boolean insert = modes.has(Mode.INSERT);
        while (at < to) {
            if (pending) {
                if (modes.has(Mode.AUTOWRAP)) {
                    wrap();
                } else if (!insert) {
                    at = to - 1;
                }
            }
            int last = lastColumn();
            int count = Math.min(to - at, last - column + 1);
            Row line = grid.row(row);
            if (insert) {
                line.insert(column, count, last + 1, pen.erased());
            }
            line.print(bytes, at, count, column, pen);
            at += count;
            column += count;
            if (column > last) {
                column = last;
                pending = true;
            }
        }
        repeatable(bytes[to - 1]);
    }

    /** One character of any width. */
    void print(int codePoint) {
        singleShift = 0;
        int width = Width.of(codePoint);
        if (width == 0) {
            combine(codePoint);
            return;
        }
        if (pending && modes.has(Mode.AUTOWRAP)) {
            wrap();
        }
        if (column + width - 1 > lastColumn()) {
            if (!modes.has(Mode.AUTOWRAP) || lastColumn() - lineStart() < 1) {
                // No place for both halves.
                repeatable = 0;
                return;
            }
            grid.row(row).erase(column, lastColumn() + 1, pen.erased());
            wrap();
            if (column + width - 1 > lastColumn()) {
                repeatable = 0;
                return;
            }
        }
        int last = lastColumn();
        Row line = grid.row(row);
        if (modes.has(Mode.INSERT)) {
            line.insert(column, width, last + 1, pen.erased());
        }
        line.put(column, codePoint, width, pen);
        column += width;
        pending = column > last;
        if (pending) {
            column = last;
        }
        repeatable(codePoint);
    }

    private void repeatable(int codePoint) {
        // Between side margins, an inserted character could not be drawn again without moving others.
        repeatable = sides() && modes.has(Mode.INSERT) ? 0 : codePoint;
    }

    private int lineStart() {
        return betweenSides() ? left : 0;
    }

    private void combine(int codePoint) {
        int at = pending ? column : column - 1;
        Row line = grid.row(row);
        if (at > 0 && line.tail(at)) {
            at--;
        }
        if (at >= 0 && (line.text[at] & Cell.CODE_POINT) != 0) {
            line.mark(at, codePoint);
        }
    }

    /** The line goes on in the next row. */
    private void wrap() {
        boolean moves = row == bottom || row < rows - 1;
        column = lineStart();
        index();
        if (moves && !sides()) {
            grid.row(row).wrapped = row > 0 || (grid == main && scrollback.lines() > 0);
        }
    }

    void repeat(int count) {
        int codePoint = repeatable;
        if (codePoint == 0) {
            return;
        }
        // As xterm does: more would only push the same lines out again.
        int most = Math.min(count, columns * rows);
        if (codePoint < 0x80 && charsets.current() == Charset.ASCII) {
            byte[] all = new byte[most];
            Arrays.fill(all, (byte) codePoint);
            print(all, 0, most);
            return;
        }
        for (int i = 0; i < most; i++) {
            print(codePoint);
        }
    }

    // Screens

    void save() {
        grid.saved = new SavedCursor(column, row, pending, pen, charsets, modes.has(Mode.ORIGIN));
    }

    void restore() {
        SavedCursor saved = grid.saved;
        pen = saved.pen();
        charsets = saved.charsets();
        modes.set(Mode.ORIGIN, saved.origin());
        moveTo(saved.column(), saved.row());
        pending = saved.pending();
        settle();
    }

    void showAlternate() {
        if (alternate == null) {
            mainColumn = column;
            mainRow = row;
            alternate = new Grid(columns, rows, null);
            alternate.clear(pen.erased());
            grid = alternate;
        }
    }

    void showMain() {
        alternate = null;
        grid = main;
    }

    /** Restores what the class promises about {@link #pending}; called after every function. */
    void settle() {
        if (pending && (column != lastColumn() || grid.row(row).text[column] == Cell.EMPTY)) {
            pending = false;
        }
    }

    void clearScrollback() {
        scrollback.clear();
        main.beginAtTop();
    }
}
