package sallyport.recorder.screen;

import java.util.ArrayList;
import java.util.List;

/** A change of the screen's size, as xterm.js does it: first the rows, then the columns, and wrapped lines anew. */
final class Resizing {

    private final Page page;
    private final int columns;
    private final int rows;

    Resizing(Page page, int columns, int rows) {
        this.page = page;
        this.columns = columns;
        this.rows = rows;
    }

    void run() {
        page.repeatable = 0;
        page.pending = false;
        int cursorRow = page.row;
        if (page.alternate != null) {
            cursorRow = clip(page.alternate, page.row);
            Reflow main = new Reflow(page, columns, rows, page.mainRow);
            main.run();
            page.mainRow = main.cursorRow();
            page.mainColumn = Math.min(page.mainColumn, columns - 1);
        } else {
            Reflow main = new Reflow(page, columns, rows, page.row);
            main.run();
            cursorRow = main.cursorRow();
        }
        page.columns = columns;
        page.rows = rows;
        page.row = Math.clamp(cursorRow, 0, rows - 1);
        page.column = Math.min(page.column, columns - 1);
        page.tabs.resize(columns);
        page.resetMargins();
    }

    /** The alternate screen loses what is below the cursor first, then what is at its top. */
    private int clip(Grid grid, int cursorRow) {
        List<Row> kept = new ArrayList<>();
        for (int i = 0; i < grid.rows(); i++) {
            kept.add(grid.row(i));
        }
        while (kept.size() > rows && kept.size() > cursorRow + 1) {
            kept.removeLast();
        }
        int gone = Math.max(0, kept.size() - rows);
        List<Row> rest = new ArrayList<>(kept.subList(gone, kept.size()));
        while (rest.size() < rows) {
            rest.add(new Row(columns));
        }
        for (Row row : rest) {
            row.resize(columns);
        }
        grid.replace(rest);
        SavedCursor saved = grid.saved;
        grid.saved = saved.at(Math.min(saved.column(), columns - 1), Math.clamp(saved.row() - gone, 0, rows - 1));
        return cursorRow - gone;
    }
}
