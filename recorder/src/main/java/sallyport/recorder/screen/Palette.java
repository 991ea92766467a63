package sallyport.recorder.screen;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Colours that a program has changed (ctlseqs, OSC 4 and 10 to 12), as 0xRRGGBB, and what they are otherwise, which is
 * xterm's own palette: nobody knows what the person's terminal has.
 */
final class Palette {

    static final int SIZE = 256;

    /** The numbers of the OSC sequences for the default colours and the cursor. */
    static final int FOREGROUND = 10;

    static final int BACKGROUND = 11;
    static final int CURSOR = 12;

    private static final int[] BASIC = {
        0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
        0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff
    };

    private final Map<Integer, Integer> changed = new TreeMap<>();
    private final @Nullable Integer[] special = new Integer[3];

    void reset() {
        changed.clear();
        Arrays.fill(special, null);
    }

    Map<Integer, Integer> changed() {
        return changed;
    }

    void change(int index, int rgb) {
        if (index >= 0 && index < SIZE) {
            changed.put(index, rgb);
        }
    }

    void restore(int index) {
        changed.remove(index);
    }

    void restore() {
        changed.clear();
    }

    int colour(int index) {
        Integer own = changed.get(index);
        if (own != null) {
            return own;
        }
        if (index < BASIC.length) {
            return BASIC[index];
        }
        if (index >= 232) {
            return (8 + 10 * (index - 232)) * 0x10101;
        }
        int cube = index - BASIC.length;
        return level(cube / 36) << 16 | level(cube / 6 % 6) << 8 | level(cube % 6);
    }

    private static int level(int step) {
        return step == 0 ? 0 : 55 + 40 * step;
    }

    /** One of the three special colours, or null if the program left it alone. */
    @Nullable
    Integer special(int osc) {
        return special[osc - FOREGROUND];
    }

    void special(int osc, @Nullable Integer rgb) {
        special[osc - FOREGROUND] = rgb;
    }

    int specialOrUsual(int osc) {
        Integer own = special(osc);
        return own != null ? own : osc == BACKGROUND ? BASIC[0] : BASIC[7];
    }

    /** {@code rgb:R/G/B} with one to four digits each, or {@code #RGB} and longer (XParseColor). Null: not understood. */
    static @Nullable Integer parse(String spec) {
        if (spec.startsWith("rgb:")) {
            String[] parts = spec.substring(4).split("/", -1);
            return parts.length == 3 ? join(part(parts[0]), part(parts[1]), part(parts[2])) : null;
        }
        if (spec.startsWith("#") && spec.length() <= 13 && spec.length() % 3 == 1 && spec.length() > 1) {
            int digits = spec.length() / 3;
            return join(
                    high(spec.substring(1, 1 + digits)),
                    high(spec.substring(1 + digits, 1 + 2 * digits)),
                    high(spec.substring(1 + 2 * digits)));
        }
        return null;
    }

    private static @Nullable Integer join(int red, int green, int blue) {
        return red < 0 || green < 0 || blue < 0 ? null : red << 16 | green << 8 | blue;
    }

    /** Scales to eight bits. */
    private static int part(String hex) {
        int value = hex(hex);
        return value < 0 ? -1 : value * 255 / ((1 << (4 * hex.length())) - 1);
    }

    /** The most significant eight bits: {@code #fff} is 0xf0f0f0. */
    private static int high(String hex) {
        int value = hex(hex);
        return value < 0 ? -1 : hex.length() == 1 ? value << 4 : value >> (4 * (hex.length() - 2));
    }

    private static int hex(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
