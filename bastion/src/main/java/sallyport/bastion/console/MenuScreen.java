package sallyport.bastion.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the menu shows and how keys change it: values and strings, no I/O. Draws whole screens with cursor-home, erase and
 * reverse video alone, which every terminal since the VT100 knows. Not for several threads at once.
 */
final class MenuScreen {

    private static final String HOME = "\033[H";
    private static final String ERASE_REST_OF_LINE = "\033[K";
    private static final String ERASE_BELOW = "\033[J";
    private static final String REVERSE = "\033[7m";
    private static final String PLAIN = "\033[0m";

    private static final int LONGEST_FILTER = 100;
    private static final String QUESTION = "Where to?  ";

    /** From this height on there is room for headings and air. */
    private static final int ROOMY = 10;

    private static final List<String> KEYS = List.of(
            "type          narrow the list",
            "up, down      move; also Ctrl-P and Ctrl-N, page up and down",
            "Enter         go there",
            "Esc           clear what was typed; with nothing typed, leave",
            "q, Ctrl-C     leave; q only with nothing typed",
            "",
            "any key goes back to the list");

    private final List<Destination> all;
    private final Optional<String> notice;
    private final Line filter = new Line(LONGEST_FILTER);
    private int selected;
    private boolean showsKeys;
    private int page = 1;

    /** @param notice something to say above the list, inert */
    MenuScreen(List<Destination> all, Optional<String> notice) {
        this.all = List.copyOf(all);
        this.notice = notice;
    }

    /** Takes a key; the answer is there once something was chosen. */
    Optional<MenuChoice> take(Key key) {
        if (key == Key.Named.INTERRUPT || key == Key.Named.GONE || key == Key.Named.END_OF_TEXT) {
            return Optional.of(new MenuChoice.Quit());
        }
        if (showsKeys) {
            showsKeys = false;
            return Optional.empty();
        }
        boolean empty = filter.text().isEmpty();
        List<Destination> matching = matching();
        switch (key) {
            case Key.Named.ENTER -> {
                return matching.isEmpty()
                        ? Optional.empty()
                        : Optional.of(matching.get(selected).choice());
            }
            case Key.Named.UP -> select(selected - 1);
            case Key.Named.DOWN -> select(selected + 1);
            case Key.Named.PAGE_UP -> select(selected - page);
            case Key.Named.PAGE_DOWN -> select(selected + page);
            case Key.Named.ESCAPE -> {
                if (empty) {
                    return Optional.of(new MenuChoice.Quit());
                }
                filter.take(Key.Named.END);
                filter.take(Key.Named.ERASE_LINE);
                selected = 0;
            }
            case Key.Typed(int c) -> {
                if (c == 'q' && empty) {
                    return Optional.of(new MenuChoice.Quit());
                }
                if (c == '?') {
                    showsKeys = true;
                } else if (!(c == ' ' && empty)) {
                    edit(key);
                }
            }
            case Key.Named _ -> edit(key);
        }
        return Optional.empty();
    }

    private void edit(Key key) {
        String before = filter.text();
        filter.take(key);
        if (!before.equals(filter.text())) {
            selected = 0;
        }
    }

    private void select(int wanted) {
        selected = Math.clamp(wanted, 0, Math.max(0, matching().size() - 1));
    }

    private List<Destination> matching() {
        return all.stream().filter(d -> d.matches(filter.text())).toList();
    }

    /** Everything to write to the terminal for a screen of this size, the cursor left behind what was typed. */
    String draw(int columns, int rows) {
        int width = Math.max(1, columns - 1);
        List<String> screen = new ArrayList<>();
        if (rows >= 2) {
            screen.add(Printable.cut(QUESTION + filter.text(), width));
        }
        if (rows >= ROOMY) {
            screen.add("");
        }
        int height = Math.max(1, rows - screen.size() - (rows >= ROOMY ? 2 : rows >= 3 ? 1 : 0));
        if (showsKeys) {
            KEYS.stream().limit(height).map(k -> Printable.cut(k, width)).forEach(screen::add);
        } else {
            screen.addAll(body(width, height));
        }
        if (rows >= 3) {
            while (screen.size() < rows - 1) {
                screen.add("");
            }
            screen.add(foot(width));
        }
        StringBuilder text = new StringBuilder(PLAIN + HOME);
        for (int i = 0; i < screen.size(); i++) {
            text.append(i == 0 ? "" : "\r\n").append(screen.get(i)).append(ERASE_REST_OF_LINE);
        }
        text.append(ERASE_BELOW).append(HOME);
        int cursor = Math.min(width, Printable.columns(QUESTION + filter.beforeCursor()));
        return text.append(rows >= 2 ? "\033[" + cursor + "C" : "").toString();
    }

    /** The list, as much of it as fits around the selected line. */
    private List<String> body(int width, int height) {
        List<Destination> matching = matching();
        List<String> lines = new ArrayList<>();
        int at = 0;
        int labels = matching.stream()
                .mapToInt(d -> Printable.columns(d.label()))
                .max()
                .orElse(0);
        notice.ifPresent(n -> lines.add(Printable.cut(n, width)));
        if (matching.isEmpty()) {
            lines.add(Printable.cut(
                    all.isEmpty()
                            ? "no target is open to you yet; ask whoever manages access here"
                            : "nothing fits; Esc clears what you typed",
                    width));
        }
        for (int i = 0; i < matching.size(); i++) {
            Destination one = matching.get(i);
            boolean first = i == 0 || matching.get(i - 1).isSession() != one.isSession();
            if (first && height >= ROOMY - 4) {
                lines.add(Printable.cut(one.isSession() ? "SESSIONS" : "TARGETS", width));
            }
            if (i == selected) {
                at = lines.size();
            }
            String line = (i == selected ? "> " : "  ") + Printable.pad(one.label(), labels) + "  " + one.detail();
            lines.add(i == selected ? REVERSE + Printable.cut(line, width) + PLAIN : Printable.cut(line, width));
        }
        page = Math.max(1, height - 1);
        int from = Math.clamp(at - height + 1L, 0, Math.max(0, lines.size() - height));
        return lines.subList(from, Math.min(lines.size(), from + height));
    }

    private String foot(int width) {
        List<Destination> matching = matching();
        String command = matching.isEmpty() ? "" : matching.get(selected).command();
        String keys = "Enter go  ? keys  q quit";
        int gap = width - Printable.columns(command) - keys.length();
        return gap >= 2 ? command + " ".repeat(gap) + keys : Printable.cut(command.isEmpty() ? keys : command, width);
    }
}
