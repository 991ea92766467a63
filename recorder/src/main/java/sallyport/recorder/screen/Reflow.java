package sallyport.recorder.screen;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The main screen and the lines above it at another size. Lines come one by one, so that never all of the scrollback is there
 * as cells; what was wrapped is joined and wrapped anew.
 */
final class Reflow {

    private final Page page;
    private final int columns;
    private final int rows;

    /** The screen's rows, in the end; while wrapping anew, also what came above of the line that the first row goes on. */
    private final Deque<Row> screen = new ArrayDeque<>();

    private int cursorRow;
    private int savedRow;

    Reflow(Page page, int columns, int rows, int cursorRow) {
        this.page = page;
        this.columns = columns;
        this.rows = rows;
        this.cursorRow = cursorRow;
        savedRow = page.main.saved.row();
    }

    /** Where the cursor's row is now. */
    int cursorRow() {
        return cursorRow;
    }

    void run() {
        for (int i = 0; i < page.main.rows(); i++) {
            screen.add(page.main.row(i));
        }
        changeRows();
        if (columns != page.columns) {
            changeColumns();
        }
        page.main.replace(List.copyOf(screen));
        SavedCursor saved = page.main.saved;
        page.main.saved = saved.at(Math.min(saved.column(), columns - 1), Math.clamp(savedRow, 0, rows - 1));
    }

    private void changeRows() {
        while (screen.size() < rows) {
            if (page.scrollback.lines() > 0 && screen.size() <= cursorRow + 1) {
                pull();
            } else {
                screen.addLast(new Row(page.columns));
            }
        }
        while (screen.size() > rows) {
            if (screen.size() > cursorRow + 1) {
                screen.removeLast();
            } else {
                push();
            }
        }
    }

    private void pull() {
        Row row = page.scrollback.removeLast(page.columns);
        screen.addFirst(row);
        cursorRow++;
        savedRow++;
    }

    private void push() {
        page.scrollback.add(screen.removeFirst());
        cursorRow--;
        savedRow--;
    }

    private void changeColumns() {
        Scrollback.Rows before = page.scrollback.last(page.scrollback.lines(), 0);
        boolean hadScrollback = before.hasNext();
        Scrollback above = Scrollback.emptied(page.scrollback);
        Deque<Row> old = new ArrayDeque<>(screen);
        screen.clear();
        List<Row> line = new ArrayList<>();
        // From here on, the rows of the cursors count from the first row of the line that the screen begins in.
        boolean reached = false;
        while (before.hasNext() || !old.isEmpty()) {
            boolean onScreen = !before.hasNext();
            Row row = onScreen ? old.removeFirst() : before.next();
            if (!row.wrapped && !line.isEmpty()) {
                emit(line, reached, above);
                line.clear();
            }
            if (onScreen && !reached) {
                reached = true;
                cursorRow += line.size();
                savedRow += line.size();
            }
            line.add(row);
        }
        emit(line, reached, above);
        page.scrollback.become(above);
        settle(hadScrollback);
    }

    private void emit(List<Row> line, boolean onScreen, Scrollback above) {
        if (!onScreen) {
            for (Row row : wrapped(line)) {
                above.add(row);
            }
            return;
        }
        int start = screen.size();
        int end = start + line.size();
        if (cursorRow >= start && cursorRow < end) {
            for (Row row : line) {
                row.resize(columns);
                screen.add(row);
            }
            return;
        }
        List<Row> anew = wrapped(line);
        screen.addAll(anew);
        int more = anew.size() - line.size();
        cursorRow += cursorRow >= end ? more : 0;
        if (savedRow >= end) {
            savedRow += more;
        } else if (savedRow >= start) {
            savedRow = Math.min(savedRow, screen.size() - 1);
        }
    }

    private List<Row> wrapped(List<Row> line) {
        Row last = line.getLast();
        if (line.size() == 1 && last.length() <= columns) {
            last.resize(columns);
            return List.of(last);
        }
        for (Row row : line) {
            row.resize(page.columns);
        }
        Wrapping wrapping = new Wrapping(columns, line.getFirst().wrapped);
        for (int i = 0; i < line.size(); i++) {
            Row row = line.get(i);
            int length = row.length();
            if (i < line.size() - 1) {
                boolean early = row.text[page.columns - 1] == Cell.EMPTY
                        && line.get(i + 1).wide(0);
                length = early ? page.columns - 1 : page.columns;
            }
            for (int at = 0; at < length; at += row.width(at)) {
                wrapping.add(row, at);
            }
        }
        return wrapping.rows;
    }

    /** One long line, filled into rows. */
    private static final class Wrapping {
        private final int columns;
        private final List<Row> rows = new ArrayList<>();
        private Row row;
        private int column;

        Wrapping(int columns, boolean wrapped) {
            this.columns = columns;
            row = new Row(columns);
            row.wrapped = wrapped;
            rows.add(row);
        }

        void add(Row from, int at) {
            int width = from.width(at);
            if (width > columns) {
                return;
            }
            if (column + width > columns) {
                row = new Row(columns);
                row.wrapped = true;
                rows.add(row);
                column = 0;
            }
            row.copy(from, at, column, width);
            column += width;
        }
    }

    /** Decides which of the rows are on the screen: as many of the last as fit, but the cursor's too. */
    private void settle(boolean hadScrollback) {
        while (!hadScrollback
                && screen.size() > rows
                && screen.size() > cursorRow + 1
                && screen.getLast().extent() == 0) {
            screen.removeLast();
        }
        while (screen.size() > rows && cursorRow > 0) {
            push();
        }
        while (screen.size() > rows) {
            screen.removeLast();
        }
        while (screen.size() < rows) {
            if (page.scrollback.lines() > 0) {
                pull();
                screen.getFirst().resize(columns);
            } else {
                screen.addLast(new Row(columns));
            }
        }
    }
}
