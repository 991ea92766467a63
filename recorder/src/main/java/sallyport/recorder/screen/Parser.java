package sallyport.recorder.screen;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into text and functions, after the state diagram of the DEC terminals (<a
 * href="https://vt100.net/emu/dec_ansi_parser">vt100.net</a>) as it is in UTF-8: text is UTF-8, bytes that are none become
 * U+FFFD, one for each longest bad beginning (Unicode 3.9), and the C1 controls have no 8-bit form. A byte beyond ASCII ends
 * an unfinished escape or control sequence and is text.
 *
 * <p>It holds at most {@link #LONGEST_STRING} bytes whatever comes, and does constant work per byte.
 */
final class Parser {

    /** OSC and DCS strings that are longer, in bytes, are left out. */
    static final int LONGEST_STRING = 4096;

    private static final int BEL = 0x07;
    private static final int CAN = 0x18;
    private static final int SUB = 0x1a;
    private static final int ESC = 0x1b;
    private static final int DEL = 0x7f;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SPACES = 0x20 * ONES;
    private static final long HIGHEST = 0x8080_8080_8080_8080L;

    private enum State {
        GROUND,
        ESCAPE,
        /** In an escape sequence that means nothing. */
        ESCAPE_IGNORED,
        CONTROL,
        /** In a control sequence that means nothing. */
        CONTROL_IGNORED,
        COMMAND,
        DEVICE,
        /** SOS, PM, APC. */
        STRING
    }

    private final Functions functions;
    private final Utf8 utf8 = new Utf8();
    private final Parameters parameters = new Parameters();
    private State state = State.GROUND;
    private int prefix;
    private int intermediates;
    private boolean begun;

    private byte[] string = new byte[0];
    private int length;
    private boolean tooLong;

    Parser(Functions functions) {
        this.functions = functions;
    }

    void feed(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            at = switch (state) {
                case GROUND -> text(bytes, at, end);
                case CONTROL -> control(bytes, at, end);
                case COMMAND, DEVICE, STRING -> string(bytes, at, end);
                case ESCAPE, ESCAPE_IGNORED, CONTROL_IGNORED -> step(bytes[at]) ? at + 1 : at;
            };
        }
    }

    private int text(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            byte b = bytes[at];
            if (b < 0 || utf8.begun()) {
                at = beyondAscii(bytes, at, end);
            } else if (b >= 0x20 && b != DEL) {
                int start = at;
                at = printable(bytes, at, end);
                functions.print(bytes, start, at);
            } else {
                at++;
                if (b == ESC) {
                    escape();
                    return at;
                }
                if (b != DEL) {
                    functions.execute(b);
                }
            }
        }
        return at;
    }

    /** Where printable ASCII ends; eight bytes at a time, as long as none of them is below a space, DEL, or beyond ASCII. */
    private static int printable(byte[] bytes, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end) {
            long eight = (long) EIGHT.get(bytes, at);
            if (((((eight - SPACES) & ~eight) | (eight + ONES) | eight) & HIGHEST) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0x20 && bytes[at] != DEL) {
            at++;
        }
        return at;
    }

    private int beyondAscii(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && (bytes[at] < 0 || utf8.begun())) {
            int codePoint = utf8.next(bytes[at]);
            if (codePoint == Utf8.BROKEN) {
                // This byte may begin another character, or be text of its own.
                functions.print(Utf8.REPLACEMENT);
                continue;
            }
            at++;
            if (codePoint >= 0xa0) {
                functions.print(codePoint);
            }
        }
        return at;
    }

    private void escape() {
        state = State.ESCAPE;
        intermediates = 0;
    }

    private void ground() {
        state = State.GROUND;
    }

    /** Takes a byte of a sequence outside of its parameters; false if it is text and so has ended the sequence. */
    private boolean step(byte b) {
        if (b < 0) {
            ground();
            return false;
        }
        if (b < 0x20) {
            inside(b);
        } else if (b != DEL) {
            inSequence(b);
        }
        return true;
    }

    private void inSequence(byte b) {
        switch (state) {
            case ESCAPE -> {
                if (b < 0x30) {
                    intermediate(b, State.ESCAPE_IGNORED);
                } else if (intermediates == 0 && opens(b)) {
                    return;
                } else {
                    ground();
                    functions.escape(intermediates, b);
                }
            }
            case ESCAPE_IGNORED -> {
                if (b >= 0x30) {
                    ground();
                }
            }
            default -> {
                if (b >= 0x40) {
                    ground();
                }
            }
        }
    }

    /** A control character takes effect inside a sequence too, unless it ends it. */
    private void inside(byte b) {
        if (b == ESC) {
            escape();
        } else if (b == CAN || b == SUB) {
            ground();
            functions.execute(b);
        } else {
            functions.execute(b);
        }
    }

    private void intermediate(byte b, State beyond) {
        if (intermediates > 0xff) {
            state = beyond;
        } else {
            intermediates = intermediates << 8 | b;
        }
    }

    private boolean opens(byte b) {
        switch (b) {
            case '[' -> {
                state = State.CONTROL;
                prefix = 0;
                begun = false;
                parameters.clear();
            }
            case ']' -> open(State.COMMAND);
            case 'P' -> open(State.DEVICE);
            case 'X', '^', '_' -> open(State.STRING);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void open(State kind) {
        state = kind;
        length = 0;
        tooLong = false;
    }

    private int control(byte[] bytes, int from, int end) {
        for (int at = from; at < end; at++) {
            byte b = bytes[at];
            if (b >= '0' && b <= ';') {
                if (intermediates != 0) {
                    state = State.CONTROL_IGNORED;
                    return at + 1;
                }
                begun = true;
                if (b <= '9') {
                    parameters.digit(b - '0');
                } else {
                    parameters.separator(b == ':');
                }
            } else if (b >= 0x40 && b != DEL) {
                ground();
                functions.control(prefix, parameters, intermediates, b);
                return at + 1;
            } else if (b >= '<') {
                if (begun || prefix != 0 || intermediates != 0) {
                    state = b == DEL ? state : State.CONTROL_IGNORED;
                    if (b != DEL) {
                        return at + 1;
                    }
                } else if (b != DEL) {
                    prefix = b;
                }
            } else if (b >= 0x20) {
                intermediate(b, State.CONTROL_IGNORED);
                if (state != State.CONTROL) {
                    return at + 1;
                }
            } else if (b < 0) {
                ground();
                return at;
            } else {
                inside(b);
                if (state != State.CONTROL) {
                    return at + 1;
                }
            }
        }
        return end;
    }

    private int string(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            byte b = bytes[at];
            if (b == ESC || b == CAN || b == SUB || (b == BEL && state == State.COMMAND)) {
                collect(bytes, from, at);
                close(b);
                return at + 1;
            }
            if (b >= 0 && b < 0x20) {
                // Other controls are no part of it.
                collect(bytes, from, at);
                return at + 1;
            }
            at++;
        }
        collect(bytes, from, end);
        return end;
    }

    private void collect(byte[] bytes, int from, int to) {
        if (state == State.STRING || tooLong) {
            return;
        }
        if (length + to - from > LONGEST_STRING) {
            tooLong = true;
            string = new byte[0];
            length = 0;
            return;
        }
        if (length + to - from > string.length) {
            string = Arrays.copyOf(string, Math.min(LONGEST_STRING, Math.max(256, 2 * (length + to - from))));
        }
        System.arraycopy(bytes, from, string, length, to - from);
        length += to - from;
    }

    private void close(byte b) {
        State kind = state;
        if (b == ESC) {
            escape();
        } else {
            ground();
        }
        boolean whole = !tooLong && b != CAN && b != SUB;
        if (whole && kind == State.COMMAND) {
            functions.command(text(), b == BEL);
        } else if (whole && kind == State.DEVICE) {
            functions.device(text());
        }
        if (string.length > 256) {
            string = new byte[0];
        }
        length = 0;
    }

    private String text() {
        return new String(string, 0, length, StandardCharsets.UTF_8);
    }

    boolean inCharacter() {
        return utf8.begun();
    }

    /**
     * Bytes that bring a parser which is between sequences to where this one is: what has come of an unfinished character or
     * sequence. Of a string, only if it may be repeated and is not too long; otherwise the beginning of another of its kind,
     * which has no effect.
     */
    byte[] unfinished() {
        return switch (state) {
            case GROUND -> utf8.unfinished();
            case ESCAPE -> bytes("\u001b" + intermediates());
            case ESCAPE_IGNORED -> bytes("\u001b   ");
            case CONTROL ->
                bytes("\u001b[" + (prefix == 0 ? "" : (char) prefix) + (begun ? parameters : "") + intermediates());
            case CONTROL_IGNORED -> bytes("\u001b[0<");
            case COMMAND -> begunString("\u001b]", !tooLong && Strings.repeatable(text()), "8888;");
            case DEVICE -> {
                boolean harmless = !tooLong && length < 64 && ("$q".startsWith(text()) || text().startsWith("$q"));
                yield harmless ? begunString("\u001bP", true, "") : bytes("\u001bX");
            }
            case STRING -> bytes("\u001bX");
        };
    }

    private byte[] begunString(String opener, boolean repeat, String inert) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(opener));
        if (repeat) {
            out.write(string, 0, length);
        } else {
            out.writeBytes(bytes(inert));
        }
        return out.toByteArray();
    }

    private String intermediates() {
        return (intermediates > 0xff ? String.valueOf((char) (intermediates >> 8)) : "")
                + (intermediates > 0 ? String.valueOf((char) (intermediates & 0xff)) : "");
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.ISO_8859_1);
    }

    long heapBytes() {
        return 256L + string.length;
    }
}
