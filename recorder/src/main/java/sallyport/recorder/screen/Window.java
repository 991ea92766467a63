package sallyport.recorder.screen;

/** The part of a screen that a smaller terminal shows. It moves only as far as it must to keep the cursor inside. */
final class Window {

    private int left;
    private int top;

    int left() {
        return left;
    }

    int top() {
        return top;
    }

    /** Whether it shows the screen from its corner on, so that places mean the same on both sides. */
    boolean atCorner() {
        return left == 0 && top == 0;
    }

    void follow(Screen screen, int columns, int rows) {
        left = moved(left, columns, screen.columns(), screen.cursorColumn());
        top = moved(top, rows, screen.rows(), screen.cursorRow());
    }

    private static int moved(int from, int shown, int all, int cursor) {
        int last = Math.max(all - shown, 0);
        return Math.clamp(from, Math.clamp(cursor - shown + 1L, 0, last), Math.clamp(cursor, 0, last));
    }
}
