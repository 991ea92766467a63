package sallyport.recorder.screen;

import java.util.BitSet;

/** Columns where a tab stops: every eighth, until a program says otherwise. */
final class TabStops {

    private static final int EVERY = 8;

    private final BitSet stops = new BitSet();
    private int columns;

    TabStops(int columns) {
        resize(columns);
    }

    /** New columns get the usual stops; columns that are gone forget theirs. */
    void resize(int newColumns) {
        if (newColumns < columns) {
            stops.clear(newColumns, columns);
        }
        for (int column = (columns + EVERY - 1) / EVERY * EVERY; column < newColumns; column += EVERY) {
            stops.set(column);
        }
        columns = newColumns;
    }

    void reset() {
        clear();
        int all = columns;
        columns = 0;
        resize(all);
    }

    void set(int column) {
        stops.set(column);
    }

    void clear(int column) {
        stops.clear(column);
    }

    void clear() {
        stops.clear();
    }

    boolean at(int column) {
        return stops.get(column);
    }

    /** The next stop behind {@code column}, or the last column. */
    int next(int column) {
        int stop = stops.nextSetBit(column + 1);
        return stop < 0 ? columns - 1 : stop;
    }

    /** The stop before {@code column}, or the first column. */
    int previous(int column) {
        return column == 0 ? 0 : Math.max(stops.previousSetBit(column - 1), 0);
    }
}
