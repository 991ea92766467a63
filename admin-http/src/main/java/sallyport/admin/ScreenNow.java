package sallyport.admin;

import java.util.List;

/**
 * The text of a live session's terminal at one moment.
 *
 * @param lines what was asked for of the scrollback and the screen, oldest first
 * @param forgottenLines how many lines the bounded scrollback has lost
 * @param keptLines how many lines the scrollback holds
 * @param alternate whether the alternate screen is shown, as full-screen programs do
 */
public record ScreenNow(
        List<String> lines, long forgottenLines, int keptLines, int columns, int rows, boolean alternate) {
    public ScreenNow {
        lines = List.copyOf(lines);
    }
}
