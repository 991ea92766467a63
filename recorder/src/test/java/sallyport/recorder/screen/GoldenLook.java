package sallyport.recorder.screen;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What can be compared of a screen and another terminal's account of it: names, and texts that a person can read. */
final class GoldenLook {

    private static final int SCROLLBACK_SHOWN = 40;
    private static final String[] CURSORS = {"default", "block", "block", "underline", "underline", "bar", "bar"};

    private GoldenLook() {}

    /** The account of {@code xterm.mjs}. */
    static Map<String, String> ofXterm(Map<?, ?> golden) {
        Map<String, String> look = new LinkedHashMap<>();
        look.put("alternate", golden.get("alternate").toString());
        look.put("cursor", golden.get("cursor").toString());
        look.put("title", golden.get("title").toString());
        look.put("modes", lines(((Map<?, ?>) golden.get("modes")).entrySet()));
        look.put("wrapped", golden.get("wrapped").toString());
        look.put("screen", rows(golden.get("screen")));
        look.put("behind", golden.containsKey("behind") ? rows(golden.get("behind")) : "");
        look.put("scrollback", lines((List<?>) golden.get("scrollback")).stripLeading());
        return look;
    }

    /** The same of ours. */
    static Map<String, String> forXterm(Screen screen) {
        Page page = screen.page;
        Map<String, String> look = new LinkedHashMap<>();
        look.put("alternate", String.valueOf(screen.alternate()));
        look.put(
                "cursor",
                List.of(page.column + (page.pending ? 1 : 0), page.row).toString());
        look.put("title", screen.title());
        look.put("modes", lines(modes(page).entrySet()));
        List<Integer> wrapped = new ArrayList<>();
        for (int i = 0; i < page.rows; i++) {
            if (page.grid.row(i).wrapped) {
                wrapped.add(i);
            }
        }
        look.put("wrapped", wrapped.toString());
        look.put("screen", rows(page.grid, page.rows));
        look.put("behind", screen.alternate() ? rows(page.main, page.rows) : "");
        look.put("scrollback", lines(above(page)).stripLeading());
        return look;
    }

    private static Map<String, Object> modes(Page page) {
        Map<String, Object> modes = new LinkedHashMap<>();
        modes.put("applicationCursor", page.modes.has(Mode.APPLICATION_CURSOR));
        modes.put("applicationKeypad", page.modes.has(Mode.APPLICATION_KEYPAD));
        modes.put("bracketedPaste", page.modes.has(Mode.BRACKETED_PASTE));
        modes.put("insert", page.modes.has(Mode.INSERT));
        modes.put(
                "mouse",
                page.modes.has(Mode.MOUSE_X10)
                        ? "x10"
                        : page.modes.has(Mode.MOUSE_BUTTONS)
                                ? "vt200"
                                : page.modes.has(Mode.MOUSE_DRAG)
                                        ? "drag"
                                        : page.modes.has(Mode.MOUSE_ALL) ? "any" : "none");
        modes.put(
                "mouseEncoding",
                page.modes.has(Mode.MOUSE_SGR) ? "SGR" : page.modes.has(Mode.MOUSE_PIXELS) ? "SGR_PIXELS" : "DEFAULT");
        modes.put("origin", page.modes.has(Mode.ORIGIN));
        modes.put("reverseWrap", page.modes.has(Mode.REVERSE_WRAP));
        modes.put("focus", page.modes.has(Mode.FOCUS));
        modes.put("wrap", page.modes.has(Mode.AUTOWRAP));
        modes.put("synchronised", page.modes.has(Mode.SYNCHRONISED));
        modes.put("cursorHidden", !page.modes.has(Mode.CURSOR_VISIBLE));
        modes.put("cursorStyle", CURSORS[page.modes.cursorStyle()]);
        modes.put("margins", List.of(page.top, page.bottom));
        return modes;
    }

    private static List<String> above(Page page) {
        List<String> lines = new ArrayList<>();
        Scrollback.Rows above = page.scrollback.last(SCROLLBACK_SHOWN, page.columns);
        while (above.hasNext()) {
            Row row = above.next();
            StringBuilder line = new StringBuilder();
            for (int at = 0; at < row.length(); at += row.width(at)) {
                int codePoint = row.text[at] & Cell.CODE_POINT;
                line.appendCodePoint(codePoint == 0 ? ' ' : codePoint).append(row.marks(at));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /** The account of {@code tmux.py}, which has rows as text with SGR; our own screen reads those. */
    static Map<String, String> ofTmux(Map<?, ?> golden, int columns) {
        Map<?, ?> flags = (Map<?, ?>) golden.get("flags");
        List<?> rows = (List<?>) golden.get("rows");
        Screen screen = new Screen(columns, rows.size());
        // tmux takes line drawing from G1, and the pen lasts from row to row.
        screen.feed("\u001b)0".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < rows.size(); i++) {
            screen.feed(("\u001b[" + (i + 1) + "H" + rows.get(i)).getBytes(StandardCharsets.UTF_8));
        }
        Map<String, String> look = new LinkedHashMap<>();
        look.put("alternate", flags.get("alternate_on").toString());
        look.put("cursor", List.of(flags.get("cursor_x"), flags.get("cursor_y")).toString());
        look.put("modes", lines(flags.entrySet().stream().skip(3).toList()));
        look.put("screen", texts(screen.page.grid, rows.size()));
        return look;
    }

    /** The same of ours. */
    static Map<String, String> forTmux(Screen screen) {
        Page page = screen.page;
        Map<String, String> look = new LinkedHashMap<>();
        look.put("alternate", number(screen.alternate()));
        look.put(
                "cursor",
                List.of(page.column + (page.pending ? 1 : 0), page.row).toString());
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("cursor_flag", number(page.modes.has(Mode.CURSOR_VISIBLE)));
        flags.put("insert_flag", number(page.modes.has(Mode.INSERT)));
        flags.put("keypad_cursor_flag", number(page.modes.has(Mode.APPLICATION_CURSOR)));
        flags.put("keypad_flag", number(page.modes.has(Mode.APPLICATION_KEYPAD)));
        flags.put(
                "mouse_any_flag",
                number(page.modes.has(Mode.MOUSE_BUTTONS)
                        || page.modes.has(Mode.MOUSE_DRAG)
                        || page.modes.has(Mode.MOUSE_ALL)));
        flags.put("origin_flag", number(page.modes.has(Mode.ORIGIN)));
        flags.put("wrap_flag", number(page.modes.has(Mode.AUTOWRAP)));
        flags.put("scroll_region_upper", String.valueOf(page.top));
        flags.put("scroll_region_lower", String.valueOf(page.bottom));
        look.put("modes", lines(flags.entrySet()));
        look.put("screen", texts(page.grid, page.rows));
        return look;
    }

    private static String number(boolean flag) {
        return flag ? "1" : "0";
    }

    private static String rows(Object golden) {
        return lines(((List<?>) golden)
                        .stream().map(row -> GoldenRow.of((List<?>) row)).toList())
                .stripTrailing();
    }

    private static String rows(Grid grid, int count) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(GoldenRow.of(grid.row(i)));
        }
        return lines(rows).stripTrailing();
    }

    /** Without blanks at the ends of rows, whatever their background: tmux does not tell of them. */
    private static String texts(Grid grid, int count) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(GoldenRow.ofText(grid.row(i)));
        }
        return lines(rows).stripTrailing();
    }

    private static String lines(Iterable<?> items) {
        StringBuilder out = new StringBuilder();
        items.forEach(item -> out.append(item).append('\n'));
        return out.toString();
    }
}
