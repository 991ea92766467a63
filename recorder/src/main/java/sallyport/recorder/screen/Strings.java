package sallyport.recorder.screen;

import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Operating system commands, {@code OSC number ; text} (ctlseqs): titles, links, colours. All others have no effect. */
final class Strings {

    /** The commands that set what a redraw shows, or a number that is not whole yet. */
    private static final Pattern REPEATABLE =
            Pattern.compile("[0-9]{0,4}|(0|1|2|4|7|8|10|11|12|104|110|111|112);.*", Pattern.DOTALL);

    private static final String FILE = "file://";

    private final Page page;
    private final Consumer<String> answer;

    Strings(Page page, Consumer<String> answer) {
        this.page = page;
        this.answer = answer;
    }

    /** Whether the unfinished command {@code text} may be sent again. */
    static boolean repeatable(String text) {
        return REPEATABLE.matcher(text).matches();
    }

    void command(String text, boolean bell) {
        int semicolon = text.indexOf(';');
        String number = semicolon < 0 ? text : text.substring(0, semicolon);
        String rest = semicolon < 0 ? "" : text.substring(semicolon + 1);
        String end = bell ? "\u0007" : "\u001b\\";
        switch (number) {
            case "0", "1", "2" -> page.titles.set(number.charAt(0) - '0', rest);
            case "4" -> colours(rest, end);
            case "7" -> directory(rest);
            case "8" -> page.pen = page.pen.withLink(Link.parse(rest));
            case "10", "11", "12" -> special(Integer.parseInt(number), rest, end);
            case "104" -> restore(rest);
            case "110", "111", "112" -> page.palette.special(Integer.parseInt(number) - 100, null);
            default -> {}
        }
    }

    private void directory(String uri) {
        if (uri.isEmpty() || (uri.startsWith(FILE) && uri.length() <= Link.LONGEST && Link.printable(uri))) {
            page.directory = uri;
        }
    }

    private void colours(String text, String end) {
        String[] parts = text.split(";", -1);
        for (int i = 0; i + 1 < parts.length; i += 2) {
            int index = index(parts[i]);
            if (index < 0) {
                continue;
            }
            if (parts[i + 1].equals("?")) {
                answer.accept("\u001b]4;" + index + ";" + rgb(page.palette.colour(index)) + end);
            } else {
                Integer rgb = Palette.parse(parts[i + 1]);
                if (rgb != null) {
                    page.palette.change(index, rgb);
                }
            }
        }
    }

    /** {@code OSC 10 ; a ; b} sets 10 and 11. */
    private void special(int first, String text, String end) {
        int number = first;
        for (String part : text.split(";", -1)) {
            if (number > Palette.CURSOR) {
                return;
            }
            if (part.equals("?")) {
                answer.accept("\u001b]" + number + ";" + rgb(page.palette.specialOrUsual(number)) + end);
            } else {
                Integer rgb = Palette.parse(part);
                if (rgb != null) {
                    page.palette.special(number, rgb);
                }
            }
            number++;
        }
    }

    private void restore(String text) {
        if (text.isEmpty()) {
            page.palette.restore();
            return;
        }
        for (String part : text.split(";", -1)) {
            page.palette.restore(index(part));
        }
    }

    private static int index(String text) {
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int index = Integer.parseInt(text);
        return index < Palette.SIZE ? index : -1;
    }

    static String rgb(int colour) {
        return "rgb:" + twice(colour >> 16) + "/" + twice(colour >> 8) + "/" + twice(colour);
    }

    private static String twice(int part) {
        String hex = "0123456789abcdef";
        String two = "" + hex.charAt((part >> 4) & 15) + hex.charAt(part & 15);
        return two + two;
    }
}
