package sallyport.recorder.screen;

/** What DECSC keeps: each grid has its own. The position counts from the top left corner of the screen, whatever the margins. */
record SavedCursor(int column, int row, boolean pending, Pen pen, Charsets charsets, boolean origin) {

    /** Before anything was saved: home, plain. */
    static final SavedCursor HOME = new SavedCursor(0, 0, false, Pen.PLAIN, Charsets.PLAIN, false);

    /** The same at another place. */
    SavedCursor at(int newColumn, int newRow) {
        return new SavedCursor(newColumn, newRow, false, pen, charsets, origin);
    }
}
