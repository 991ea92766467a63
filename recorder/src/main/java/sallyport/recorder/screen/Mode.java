package sallyport.recorder.screen;

import org.jspecify.annotations.Nullable;

/** A switch that programs set with {@code CSI … h} and reset with {@code CSI … l} (ECMA-48 and ctlseqs, SM and DECSET). */
enum Mode {
    INSERT(4, false),
    NEW_LINE(20, false),
    APPLICATION_CURSOR(1),
    REVERSE_VIDEO(5),
    ORIGIN(6),
    AUTOWRAP(7),
    MOUSE_X10(9),
    CURSOR_BLINK(12),
    CURSOR_VISIBLE(25),
    REVERSE_WRAP(45),
    APPLICATION_KEYPAD(66),
    LEFT_RIGHT_MARGINS(69),
    MOUSE_BUTTONS(1000),
    MOUSE_DRAG(1002),
    MOUSE_ALL(1003),
    FOCUS(1004),
    MOUSE_UTF8(1005),
    MOUSE_SGR(1006),
    ALTERNATE_SCROLL(1007),
    MOUSE_URXVT(1015),
    MOUSE_PIXELS(1016),
    BRACKETED_PASTE(2004),
    SYNCHRONISED(2026),
    COLOUR_SCHEME(2031),
    IN_BAND_RESIZE(2048);

    final int number;

    /** Whether {@code ?} stands before the number. */
    final boolean dec;

    Mode(int number) {
        this(number, true);
    }

    Mode(int number, boolean dec) {
        this.number = number;
        this.dec = dec;
    }

    static @Nullable Mode of(int number, boolean dec) {
        for (Mode mode : values()) {
            if (mode.number == number && mode.dec == dec) {
                return mode;
            }
        }
        return null;
    }

    /** What a terminal that was just switched on has set. */
    boolean initially() {
        return this == AUTOWRAP || this == CURSOR_VISIBLE;
    }

    /** Which events of the mouse are reported: one of these at most. */
    boolean mouseEvents() {
        return this == MOUSE_X10 || this == MOUSE_BUTTONS || this == MOUSE_DRAG || this == MOUSE_ALL;
    }

    /** How they are written: one of these at most. */
    boolean mouseEncoding() {
        return this == MOUSE_UTF8 || this == MOUSE_SGR || this == MOUSE_URXVT || this == MOUSE_PIXELS;
    }
}
