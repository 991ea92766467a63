package sallyport.recorder.screen;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a client's terminal was told of the switches of a screen, apart from the picture: those that decide what keys and the
 * mouse send, how the cursor looks, and the colours of the palette.
 */
final class Mirror {

    private static final String ST = "\u001b\\";

    /** Those that decide how a picture is drawn are the drawing's own; reports that come unasked would tell of the client's. */
    private static final Set<Mode> NOT_MIRRORED = EnumSet.of(
            Mode.INSERT,
            Mode.ORIGIN,
            Mode.AUTOWRAP,
            Mode.REVERSE_WRAP,
            Mode.LEFT_RIGHT_MARGINS,
            Mode.SYNCHRONISED,
            Mode.IN_BAND_RESIZE,
            Mode.COLOUR_SCHEME,
            Mode.CURSOR_VISIBLE);

    private final EnumSet<Mode> set = EnumSet.noneOf(Mode.class);
    private int keyboard;
    private int modifyOtherKeys;
    private int cursorStyle;
    private String colours = "";

    /** The terminal has everything as {@link Redraw#inverse} leaves it. */
    void reset() {
        set.clear();
        keyboard = 0;
        modifyOtherKeys = 0;
        cursorStyle = 0;
        colours = "";
    }

    /**
     * Says what is different from before. Without {@code mouse} the mouse stays silent: its places would not be those of the
     * screen.
     */
    void follow(Page page, boolean mouse, Drawing drawing) {
        EnumSet<Mode> wanted = EnumSet.noneOf(Mode.class);
        for (Mode mode : Mode.values()) {
            if (page.modes.has(mode) && !NOT_MIRRORED.contains(mode) && (mouse || !mode.mouseEvents())) {
                wanted.add(mode);
            }
        }
        if (page.alternate == null) {
            // The client sees everything on its alternate screen, but a wheel must not send arrow keys to a shell.
            wanted.remove(Mode.ALTERNATE_SCROLL);
        }
        // Resetting one mouse mode resets them all, so that comes first.
        for (Mode mode : Mode.values()) {
            if (set.contains(mode) && !wanted.contains(mode)) {
                drawing.mode(mode, false);
            }
        }
        for (Mode mode : wanted) {
            if (!set.contains(mode)) {
                drawing.mode(mode, true);
            }
        }
        set.clear();
        set.addAll(wanted);
        keys(page, drawing);
        look(page, drawing);
    }

    private void keys(Page page, Drawing drawing) {
        int flags = page.grid.keyboard.flags();
        if (flags != keyboard) {
            drawing.control("=" + flags + ";1u");
            keyboard = flags;
        }
        int level = page.modes.modifyOtherKeys();
        if (level != modifyOtherKeys) {
            drawing.control(level == 0 ? ">4m" : ">4;" + level + "m");
            modifyOtherKeys = level;
        }
    }

    private void look(Page page, Drawing drawing) {
        int style = page.modes.cursorStyle();
        if (style != cursorStyle) {
            drawing.control(style + " q");
            cursorStyle = style;
        }
        String wanted = colours(page.palette);
        if (!wanted.equals(colours)) {
            for (int number : new int[] {104, 110, 111, 112}) {
                drawing.add("\u001b]" + number + ST);
            }
            drawing.add(wanted);
            colours = wanted;
        }
    }

    private static String colours(Palette palette) {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<Integer, Integer> changed : palette.changed().entrySet()) {
            out.append("\u001b]4;")
                    .append(changed.getKey())
                    .append(';')
                    .append(Strings.rgb(changed.getValue()))
                    .append(ST);
        }
        for (int number = Palette.FOREGROUND; number <= Palette.CURSOR; number++) {
            Integer colour = palette.special(number);
            if (colour != null) {
                out.append("\u001b]")
                        .append(number)
                        .append(';')
                        .append(Strings.rgb(colour))
                        .append(ST);
            }
        }
        return out.toString();
    }
}
