package sallyport.recorder;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes the control sequences out of terminal output and leaves what a reader would see: printable ASCII, whole UTF-8
 * characters, newline, carriage return and tab. All else goes, and nothing is put in its place. It follows the state diagram
 * of the DEC terminals (ECMA-48, and <a href="https://vt100.net/emu/dec_ansi_parser">vt100.net</a>), so that it ends a
 * sequence where a terminal would. As in a UTF-8 terminal, the C1 controls are the characters U+0080 to U+009F.
 *
 * <p>Output is hostile (T33): the state is a few bytes whatever comes, and the work per byte is constant. It remembers a
 * sequence that is cut between two calls. For one thread at a time; one filter for one stream.
 */
public final class ControlFilter {

    /** How long the parameters of a colour may be, in bytes; sequences with more are removed. */
    private static final int LONGEST_PARAMETERS = 64;

    /** How many digits one parameter of a colour may have: an overflow in somebody's terminal is not to be ours. */
    private static final int MOST_DIGITS = 5;

    /** What the palette sequence of the Linux console has behind {@code ESC ] P}, instead of an end. */
    private static final int PALETTE_DIGITS = 7;

    private static final int ESC = 0x1b;
    private static final int BEL = 0x07;
    private static final int DEL = 0x7f;
    private static final int CAN = 0x18;
    private static final int SUB = 0x1a;

    /** Where in the diagram we are. */
    private enum State {
        GROUND,
        ESCAPE,
        ESCAPE_INTERMEDIATE,
        /** In {@code ESC [}, as long as it may be a colour. */
        CSI_COLOUR,
        /** In any other {@code ESC [}. */
        CSI,
        /** Just behind {@code ESC ]}. */
        OSC_START,
        OSC,
        PALETTE,
        /** DCS, SOS, PM, APC: all up to the string terminator. */
        STRING
    }

    private final boolean keepColours;
    private State state = State.GROUND;
    private final byte[] parameters = new byte[LONGEST_PARAMETERS];
    private int parametersLength;
    private int digits;
    private int paletteLeft;

    /** A character that is not yet whole. */
    private final byte[] character = new byte[4];

    private int characterLength;

    private byte[] kept = new byte[0];
    private int keptLength;

    private ControlFilter(boolean keepColours) {
        this.keepColours = keepColours;
    }

    /** Removes every control sequence. */
    public static ControlFilter plain() {
        return new ControlFilter(false);
    }

    /**
     * Removes every control sequence except colours and the like (SGR, {@code ESC [ … m}), and of those the ones that are
     * longer than any program's.
     */
    public static ControlFilter keepingColours() {
        return new ControlFilter(true);
    }

    /** What is left of {@code bytes}, which are all taken. The first bytes may complete what an earlier call brought. */
    public byte[] filter(ByteBuffer bytes) {
        kept = new byte[bytes.remaining() + LONGEST_PARAMETERS + 8];
        keptLength = 0;
        while (bytes.hasRemaining()) {
            take(bytes.get());
        }
        byte[] result = Arrays.copyOf(kept, keptLength);
        kept = new byte[0];
        return result;
    }

    private void take(byte b) {
        if (b >= 0) {
            // A character that was cut short here is no character: it goes.
            characterLength = 0;
            ascii(b);
            return;
        }
        character[characterLength++] = b;
        int sequence = Utf8.sequence(character, 0, characterLength);
        if (sequence > 0) {
            characterLength = 0;
            if (sequence == 2 && character[0] == (byte) 0xc2 && (character[1] & 0xff) < 0xa0) {
                c1(character[1] & 0xff);
            } else {
                beyondAscii(sequence);
            }
        } else if (sequence < 0) {
            boolean beginsAnother = characterLength > 1;
            characterLength = 0;
            if (beginsAnother) {
                take(b);
            }
        }
    }

    private void ascii(byte b) {
        if (b == ESC) {
            state = State.ESCAPE;
            return;
        }
        if (b == CAN || b == SUB) {
            state = State.GROUND;
            return;
        }
        switch (state) {
            case GROUND -> {
                if (b >= 0x20 && b != DEL) {
                    keep(b);
                } else {
                    execute(b);
                }
            }
            case ESCAPE -> escape(b);
            case ESCAPE_INTERMEDIATE -> {
                if (b < 0x20) {
                    execute(b);
                } else if (b >= 0x30 && b != DEL) {
                    state = State.GROUND;
                }
            }
            case CSI_COLOUR -> colour(b);
            case CSI -> {
                if (b < 0x20) {
                    execute(b);
                } else if (b >= 0x40 && b != DEL) {
                    state = State.GROUND;
                }
            }
            case OSC_START -> {
                // The Linux console has two of these that end by themselves; waiting for a terminator would eat all the
                // rest.
                if (b == 'R' || b == BEL) {
                    state = State.GROUND;
                } else if (b == 'P') {
                    state = State.PALETTE;
                    paletteLeft = PALETTE_DIGITS;
                } else {
                    state = State.OSC;
                }
            }
            case OSC -> {
                if (b == BEL) {
                    state = State.GROUND;
                }
            }
            case PALETTE -> {
                if (--paletteLeft == 0) {
                    state = State.GROUND;
                }
            }
            case STRING -> {}
        }
    }

    private void escape(byte b) {
        if (b < 0x20) {
            execute(b);
        } else if (b < 0x30) {
            state = State.ESCAPE_INTERMEDIATE;
        } else if (b != DEL) {
            switch (b) {
                case '[' -> beginCsi();
                case ']' -> state = State.OSC_START;
                case 'P', 'X', '^', '_' -> state = State.STRING;
                default -> state = State.GROUND;
            }
        }
    }

    private void beginCsi() {
        state = State.CSI_COLOUR;
        parametersLength = 0;
        digits = 0;
    }

    private void colour(byte b) {
        if (b < 0x20) {
            execute(b);
        } else if (b == 'm') {
            state = State.GROUND;
            if (keepColours) {
                keep((byte) ESC);
                keep((byte) '[');
                for (int i = 0; i < parametersLength; i++) {
                    keep(parameters[i]);
                }
                keep(b);
            }
        } else if (b >= 0x40 && b != DEL) {
            state = State.GROUND;
        } else if (b >= '0' && b <= ';') {
            digits = b <= '9' ? digits + 1 : 0;
            if (digits > MOST_DIGITS || parametersLength == LONGEST_PARAMETERS) {
                state = State.CSI;
            } else {
                parameters[parametersLength++] = b;
            }
        } else if (b != DEL) {
            state = State.CSI;
        }
    }

    private void c1(int control) {
        switch (control) {
            case 0x90, 0x98, 0x9e, 0x9f -> state = State.STRING;
            case 0x9b -> beginCsi();
            case 0x9d -> state = State.OSC_START;
            default -> state = State.GROUND;
        }
    }

    private void beyondAscii(int length) {
        switch (state) {
            case OSC_START -> state = State.OSC;
            case OSC, STRING -> {}
            case GROUND, ESCAPE, ESCAPE_INTERMEDIATE, CSI_COLOUR, CSI, PALETTE -> {
                state = State.GROUND;
                for (int i = 0; i < length; i++) {
                    keep(character[i]);
                }
            }
        }
    }

    /** A control character takes effect at once, also inside a sequence. */
    private void execute(byte b) {
        if (b == '\n' || b == '\r' || b == '\t') {
            keep(b);
        }
    }

    private void keep(byte b) {
        kept[keptLength++] = b;
    }
}
