package sallyport.bastion.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads keys from a terminal's bytes: UTF-8, and the sequences that VT220 and xterm send for cursor keys. Takes no byte more
 * than the key it returns, so that the next reader of the stream finds the rest. For one thread.
 */
final class Keyboard {

    /** Longest control sequence that is understood as one; a longer one is not from a keyboard. */
    private static final int LONGEST_SEQUENCE = 32;

    /**
     * How often, and how far apart, it is looked whether something follows an Escape. The bytes of one key travel together,
     * so a tenth of a second is plenty, and shorter than a person notices.
     */
    private static final int LOOKS = 20;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int ESCAPE = 0x1b;

    private final InputStream in;

    /** Another Escape that came right behind one, and is a key of its own; 0 if there is none. */
    private int held;

    Keyboard(InputStream in) {
        this.in = in;
    }

    /** Waits for a key. Never throws: a broken stream is {@link Key.Named#GONE}. */
    Key next() {
        try {
            int b = held > 0 ? held : in.read();
            held = 0;
            return b < 0 ? Key.Named.GONE : key(b);
        } catch (IOException broken) {
            return Key.Named.GONE;
        }
    }

    private Key key(int b) throws IOException {
        return switch (b) {
            case 0x01 -> Key.Named.HOME;
            case 0x03 -> Key.Named.INTERRUPT;
            case 0x04 -> Key.Named.END_OF_TEXT;
            case 0x05 -> Key.Named.END;
            case 0x08, 0x7f -> Key.Named.BACKSPACE;
            case '\r', '\n' -> Key.Named.ENTER;
            case 0x0e -> Key.Named.DOWN;
            case 0x10 -> Key.Named.UP;
            case 0x15 -> Key.Named.ERASE_LINE;
            case 0x17 -> Key.Named.ERASE_WORD;
            case ESCAPE -> escape();
            default -> b < 0x20 ? Key.Named.OTHER : b < 0x80 ? new Key.Typed(b) : utf8(b);
        };
    }

    /** The rest of a character (RFC 3629); what is not well-formed is no key. */
    private Key utf8(int lead) throws IOException {
        if (lead < 0xc2 || lead > 0xf4) {
            return Key.Named.OTHER;
        }
        int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        int c = lead & (0x3f >> more);
        for (int i = 0; i < more; i++) {
            int b = in.read();
            if (b < 0) {
                return Key.Named.GONE;
            }
            if ((b & 0xc0) != 0x80) {
                return Key.Named.OTHER;
            }
            c = (c << 6) | (b & 0x3f);
        }
        boolean overlong = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
        return overlong || c > Character.MAX_CODE_POINT || Character.getType(c) == Character.SURROGATE
                ? Key.Named.OTHER
                : new Key.Typed(c);
    }

    private Key escape() throws IOException {
        if (!followed()) {
            return Key.Named.ESCAPE;
        }
        int b = in.read();
        return switch (b) {
            case -1 -> Key.Named.GONE;
            case ESCAPE -> {
                held = ESCAPE;
                yield Key.Named.ESCAPE;
            }
            case '[' -> sequence();
            case 'O' -> cursor(in.read());
            default -> Key.Named.OTHER;
        };
    }

    private boolean followed() throws IOException {
        for (int look = 0; look < LOOKS && in.available() == 0; look++) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return in.available() > 0;
    }

    /** A control sequence (ECMA-48 section 5.4): parameters, then one final byte. */
    private Key sequence() throws IOException {
        StringBuilder parameters = new StringBuilder();
        while (parameters.length() < LONGEST_SEQUENCE) {
            int b = in.read();
            if (b < 0) {
                return Key.Named.GONE;
            }
            if (b >= 0x40 && b <= 0x7e) {
                return b == '~' ? numbered(parameters.toString()) : cursor(b);
            }
            parameters.append((char) b);
        }
        return Key.Named.OTHER;
    }

    private static Key cursor(int last) {
        return switch (last) {
            case -1 -> Key.Named.GONE;
            case 'A' -> Key.Named.UP;
            case 'B' -> Key.Named.DOWN;
            case 'C' -> Key.Named.RIGHT;
            case 'D' -> Key.Named.LEFT;
            case 'H' -> Key.Named.HOME;
            case 'F' -> Key.Named.END;
            case 'M' -> Key.Named.ENTER;
            default -> Key.Named.OTHER;
        };
    }

    private static Key numbered(String parameters) {
        return switch (parameters) {
            case "1", "7" -> Key.Named.HOME;
            case "4", "8" -> Key.Named.END;
            case "3" -> Key.Named.DELETE;
            case "5" -> Key.Named.PAGE_UP;
            case "6" -> Key.Named.PAGE_DOWN;
            case "200" -> Key.Named.PASTE_BEGINS;
            case "201" -> Key.Named.PASTE_ENDS;
            default -> Key.Named.OTHER;
        };
    }
}
