package sallyport.recorder.typed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tells the keys apart in what a terminal sends: text, control characters, and the sequences of xterm (ctlseqs, "PC-Style
 * Function Keys", "Mouse Tracking", "Bracketed Paste Mode"). What a terminal answers to a program was not typed and is left out.
 * It remembers what is cut between two calls; of a sequence, at most {@link #LONGEST_SEQUENCE} characters. For one thread.
 */
final class Keys {

    /** A longer sequence is none that a key sends. */
    static final int LONGEST_SEQUENCE = 64;

    private static final int ESC = 0x1b;
    private static final int BEL = 0x07;

    /** Keys for moving and editing, functions, and where the mouse is; digits of a keypad are not among them. */
    private static final Pattern NO_TEXT = Pattern.compile(
            "\033(?:\\[[0-9;]*[A-HPQSZ]|O[A-HP-S]|\\[(?!27;)[0-9]{1,2}(?:;[0-9]+)?~|\\[<[0-9;]*[Mm]|\\[M...|\\[[IO])",
            Pattern.DOTALL);

    /** Enter on a keypad. */
    private static final String KEYPAD_ENTER = "\033OM";

    /** What terminals say: where the cursor is, what they are, which modes are set, how large they are. */
    private static final Pattern REPLY = Pattern.compile(
            "\033\\[(?:[0-9]+;[0-9]+R|[?>=]?[0-9;]*c|\\??[0-9;]*[ny]|\\?[0-9;]*\\$y|[0-9;]*t|\\?[0-9]*u)");

    private enum State {
        GROUND,
        ESCAPE,
        CSI,
        SS3,
        MOUSE,
        STRING,
        STRING_ESCAPE
    }

    private State state = State.GROUND;
    private final StringBuilder sequence = new StringBuilder();
    private int mouseLeft;
    private boolean pasted;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private List<Key> keys = new ArrayList<>();

    List<Key> read(byte[] bytes) {
        keys = new ArrayList<>();
        for (byte b : bytes) {
            next(b & 0xff);
        }
        if (state == State.ESCAPE) {
            // Nothing followed: it was the key, and not the beginning of a sequence.
            control(true);
        }
        if (state == State.GROUND) {
            flush(true);
        }
        return keys;
    }

    private void next(int b) {
        switch (state) {
            case GROUND -> ground(b);
            case ESCAPE -> escape(b);
            case CSI -> csi(b);
            case SS3 -> {
                sequence.append((char) b);
                finish();
            }
            case MOUSE -> {
                sequence.append((char) b);
                if (--mouseLeft == 0) {
                    finish();
                }
            }
            case STRING -> {
                if (b == BEL) {
                    state = State.GROUND;
                } else if (b == ESC) {
                    state = State.STRING_ESCAPE;
                }
            }
            case STRING_ESCAPE -> state = b == '\\' ? State.GROUND : State.STRING;
        }
    }

    private void ground(int b) {
        if (b == ESC) {
            flush(false);
            sequence.setLength(0);
            sequence.append((char) b);
            state = State.ESCAPE;
        } else if (pasted || (b >= 0x20 && b != 0x7f)) {
            text.write(b);
        } else {
            flush(false);
            sequence.setLength(0);
            sequence.append((char) b);
            control(breaksOff(b));
        }
    }

    /** ^C, ^D, ^Z and ^\. */
    private static boolean breaksOff(int b) {
        return b == 0x03 || b == 0x04 || b == 0x1a || b == 0x1c;
    }

    private void escape(int b) {
        switch (b) {
            case '[' -> {
                sequence.append('[');
                state = State.CSI;
            }
            case 'O' -> {
                sequence.append('O');
                state = State.SS3;
            }
            case ']', 'P', '_', '^', 'X' -> state = State.STRING;
            default -> {
                if (b > 0x20 && b < 0x7f && !pasted) {
                    // With the Alt key.
                    sequence.append((char) b);
                    control(false);
                } else {
                    control(true);
                    ground(b);
                }
            }
        }
    }

    private void csi(int b) {
        sequence.append((char) b);
        if (sequence.length() > LONGEST_SEQUENCE) {
            packed();
        } else if (b == 'M' && sequence.length() == 3) {
            mouseLeft = 3;
            state = State.MOUSE;
        } else if (b >= 0x40 && b <= 0x7e) {
            finish();
        } else if (b < 0x20) {
            packed();
            ground(b);
        }
    }

    private void finish() {
        String sent = sequence.toString();
        state = State.GROUND;
        if (sent.equals("\033[200~")) {
            pasted = true;
            control(false);
        } else if (sent.equals("\033[201~")) {
            flush(false);
            pasted = false;
            control(false);
        } else if (sent.equals(KEYPAD_ENTER)) {
            keys.add(new Key.Control(sent, true, true));
        } else if (NO_TEXT.matcher(sent).matches()) {
            control(false);
        } else if (!REPLY.matcher(sent).matches()) {
            packed();
        }
    }

    private void packed() {
        keys.add(new Key.Packed());
        state = State.GROUND;
    }

    private void control(boolean endsLine) {
        String sent = sequence.toString();
        boolean enter = sent.equals("\r") || sent.equals("\n");
        keys.add(new Key.Control(sent, enter, endsLine || enter));
        state = State.GROUND;
    }

    /** @param mayGoOn whether a character may be cut at the end */
    private void flush(boolean mayGoOn) {
        byte[] all = text.toByteArray();
        int whole = mayGoOn ? all.length - incomplete(all) : all.length;
        if (whole > 0) {
            text.reset();
            text.write(all, whole, all.length - whole);
            keys.add(new Key.Text(new String(all, 0, whole, StandardCharsets.UTF_8)));
        }
    }

    /** How many of the last bytes are the beginning of a UTF-8 character. */
    private static int incomplete(byte[] bytes) {
        for (int back = 1; back <= 3 && back <= bytes.length; back++) {
            int b = bytes[bytes.length - back] & 0xff;
            if (b >= 0xc0) {
                int needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
                return needed > back ? back : 0;
            }
            if (b < 0x80) {
                return 0;
            }
        }
        return 0;
    }
}
