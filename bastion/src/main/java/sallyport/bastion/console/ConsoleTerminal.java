package sallyport.bastion.console;

import java.util.function.IntSupplier;

/**
 * The client's terminal.
 *
 * @param type the value of TERM, as the client sent it; not trusted, and only compared with known words
 * @param columns its width now, 0 if unknown; asked again at every drawing, on any thread
 * @param rows its height now, 0 if unknown; likewise
 */
public record ConsoleTerminal(String type, IntSupplier columns, IntSupplier rows) {

    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    /** The width to draw for, at least 1: 80 if the client did not say. */
    int width() {
        int now = columns.getAsInt();
        return now > 0 ? now : USUAL_COLUMNS;
    }

    /** The height to draw for, at least 1: 24 if the client did not say. */
    int height() {
        int now = rows.getAsInt();
        return now > 0 ? now : USUAL_ROWS;
    }

    /** Whether it only prints: then no control sequence may be sent. */
    boolean isDumb() {
        return type.isEmpty() || type.equals("dumb") || type.equals("unknown");
    }
}
