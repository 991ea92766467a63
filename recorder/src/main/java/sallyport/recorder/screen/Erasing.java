package sallyport.recorder.screen;

/** ED, EL and ECH, and their selective kin (ECMA-48 8.3.38 to 41; DECSED, DECSEL). */
final class Erasing {

    private final Page page;

    Erasing(Page page) {
        this.page = page;
    }

    private void part(int row, int from, int to, boolean selective) {
        if (selective) {
            page.grid.row(row).eraseUnprotected(from, to, page.pen.erased());
        } else {
            page.grid.row(row).erase(from, to, page.pen.erased());
        }
    }

    private void whole(int from, int to, boolean selective) {
        for (int row = from; row < to; row++) {
            if (selective) {
                part(row, 0, page.columns, true);
            } else {
                page.grid.row(row).clear(page.pen.erased());
            }
            page.grid.row(row).wrapped = false;
        }
    }

    /** Where the cursor is about to write: behind the last column, if that is full. */
    private int column() {
        return page.pending && page.column == page.columns - 1 ? page.columns : page.column;
    }

    void display(int what, boolean selective) {
        switch (what) {
            case 0 -> {
                line(0, selective);
                whole(page.row + 1, page.rows, selective);
            }
            case 1 -> {
                whole(0, page.row, selective);
                line(1, selective);
                page.grid.row(page.row).wrapped = false;
                if (page.column == page.columns - 1 && page.row + 1 < page.rows) {
                    page.grid.row(page.row + 1).wrapped = false;
                }
            }
            case 2 -> whole(0, page.rows, selective);
            case 3 -> {
                if (!selective) {
                    page.clearScrollback();
                }
            }
            default -> {}
        }
    }

    void line(int what, boolean selective) {
        switch (what) {
            case 0 -> {
                if (page.column == 0 && !page.pending) {
                    page.grid.row(page.row).wrapped = false;
                }
                part(page.row, column(), page.columns, selective);
            }
            case 1 -> part(page.row, 0, page.column + 1, selective);
            case 2 -> {
                part(page.row, 0, page.columns, selective);
                page.grid.row(page.row).wrapped = false;
            }
            default -> {}
        }
    }

    void characters(int count) {
        page.pending = false;
        part(page.row, page.column, Math.min(page.column + count, page.columns), false);
    }

    /** DECALN: a screen full of E. */
    void align() {
        page.resetMargins();
        page.moveTo(0, 0);
        Pen pen = Pen.of(page.pen.style(), null, false);
        for (int row = 0; row < page.rows; row++) {
            Row line = page.grid.row(row);
            line.clear(Style.PLAIN);
            for (int column = 0; column < page.columns; column++) {
                line.put(column, 'E', 1, pen);
            }
        }
    }
}
