package sallyport.recorder.screen;

import java.util.EnumSet;

/** Everything that programs switch and that is neither a picture nor a place. */
final class Modes {

    /** {@code DECSCUSR}: 0 for the terminal's own, 1 and 2 block, 3 and 4 underline, 5 and 6 bar; odd ones blink. */
    static final int MOST_CURSOR_STYLE = 6;

    private final EnumSet<Mode> set = EnumSet.noneOf(Mode.class);
    private int cursorStyle;
    private int modifyOtherKeys;

    Modes() {
        reset();
    }

    void reset() {
        for (Mode mode : Mode.values()) {
            set(mode, mode.initially());
        }
        cursorStyle = 0;
        modifyOtherKeys = 0;
    }

    /** DECSTR, as the VT220 has it (ctlseqs). */
    void softReset() {
        for (Mode mode : new Mode[] {
            Mode.INSERT,
            Mode.ORIGIN,
            Mode.APPLICATION_CURSOR,
            Mode.APPLICATION_KEYPAD,
            Mode.LEFT_RIGHT_MARGINS,
            Mode.REVERSE_WRAP,
            Mode.AUTOWRAP,
            Mode.CURSOR_VISIBLE
        }) {
            set(mode, mode.initially());
        }
    }

    boolean has(Mode mode) {
        return set.contains(mode);
    }

    void set(Mode mode, boolean on) {
        if (mode.mouseEvents()) {
            // Resetting any of them ends reports altogether, as in xterm.
            set.removeIf(Mode::mouseEvents);
        } else if (on && mode.mouseEncoding()) {
            set.removeIf(Mode::mouseEncoding);
        }
        if (on) {
            set.add(mode);
        } else {
            set.remove(mode);
        }
    }

    int cursorStyle() {
        return cursorStyle;
    }

    void cursorStyle(int style) {
        if (style <= MOST_CURSOR_STYLE) {
            cursorStyle = style;
        }
    }

    /** xterm's modifyOtherKeys, 0 to 3. */
    int modifyOtherKeys() {
        return modifyOtherKeys;
    }

    void modifyOtherKeys(int level) {
        modifyOtherKeys = level <= 3 ? level : 0;
    }
}
