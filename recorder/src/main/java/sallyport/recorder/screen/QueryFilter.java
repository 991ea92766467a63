package sallyport.recorder.screen;

import java.util.Arrays;

/**
 * Removes from a program's output whatever would make a terminal answer, or do more than draw: for terminals that watch
 * beside the one that answers (T22, T23). Text, colours, modes, titles and links pass byte for byte.
 *
 * <p>Removed are, of ctlseqs unless said otherwise:
 *
 * <ul>
 *   <li>questions: DA1 to DA3, DECID, ENQ, DSR and CPR, DECRQM, DECRQSS, DECREQTPARM, DECRQPSR, DECRQTSR, DECRQUPSS, DECRQDE,
 *       DECRQLP, DECRQCRA, XTVERSION, XTGETTCAP, XTQMODKEYS, XTQFMTKEYS, XTSMGRAPHICS, XTREPORTCOLORS, XTREPORTSGR, the kitty
 *       keyboard's {@code CSI ? u}, and colours asked for with {@code ?} (OSC 4, 5, 10 to 19, 22);
 *   <li>what acts on the window or beyond it: {@code CSI t} but for the title stack (22, 23), printing ({@code CSI i}), DECTST;
 *   <li>the modes 2031 and 2048 being set, which make a terminal report on its own;
 *   <li>OSC but for a list of those that draw, name or mark: so neither the clipboard (52), notifications, iTerm2's 1337 nor
 *       kitty's 21 pass; DCS but for sixel pictures and the old form of synchronised output; SOS, PM and all APC, with it
 *       kitty's graphics.
 * </ul>
 *
 * <p>Terminals differ about what ends a string and whether U+0080 to U+009F are controls. Here every ESC ends a string and
 * those are controls, so that nothing hides inside what one terminal takes for a string and another does not.
 *
 * <p>Cuts between calls may fall anywhere: what is not decided is held back, at most {@value #MOST_HELD} bytes; a sequence
 * that is longer before it can be judged is removed. For one thread at a time.
 */
public final class QueryFilter {

    /** More than any colour or mode setting takes. */
    static final int MOST_HELD = 4096;

    private static final int ENQ = 0x05;
    private static final int BEL = 0x07;
    private static final int CAN = 0x18;
    private static final int SUB = 0x1a;
    private static final int ESC = 0x1b;
    private static final int DEL = 0x7f;

    /** Begins U+0080 to U+00BF in UTF-8. */
    private static final int LEAD = 0xc2;

    private static final byte[] NOTHING = {};
    private static final String ST = "\u001b\\";

    private enum State {
        GROUND,
        ESCAPE,
        CONTROL,
        CONTROL_REMOVED,
        DEVICE_CONTROL,
        COMMAND,
        /** A string that passes only if it is no question. */
        STRING_HELD,
        STRING_PASSED,
        STRING_REMOVED
    }

    private final Sequence held = new Sequence(MOST_HELD);
    private State state = State.GROUND;
    /** BEL ends the string: an OSC. */
    private boolean bell;
    /** An ESC came inside a string and ends it; if a backslash follows, both together do. */
    private boolean ending;

    private boolean lead;

    /** What may pass of {@code bytes} and of what was held back before. It may be {@code bytes} itself. */
    public byte[] filter(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = state == State.GROUND && !lead ? plain(bytes, offset, end) : offset;
        if (at == end) {
            return offset == 0 && length == bytes.length ? bytes : Arrays.copyOfRange(bytes, offset, end);
        }
        Filtered out = new Filtered(length + 16);
        out.write(bytes, offset, at - offset);
        while (at < end) {
            accept(bytes[at++] & 0xff, out);
            if (state == State.GROUND && !lead) {
                int next = plain(bytes, at, end);
                out.write(bytes, at, next - at);
                at = next;
            }
        }
        return out.size() == 0 ? NOTHING : out.toByteArray();
    }

    /** Where text ends that passes as it is. */
    private static int plain(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ESC && bytes[at] != ENQ && bytes[at] != (byte) LEAD) {
            at++;
        }
        return at;
    }

    private void accept(int b, Filtered out) {
        if (lead) {
            lead = false;
            if (b >= 0x80 && b < 0xa0) {
                interrupt(out);
                held.add(LEAD);
                held.add(b);
                introduce(b - 0x40, out);
                return;
            }
            step(LEAD, out);
        }
        if (b == LEAD) {
            lead = true;
        } else if (b != ENQ) {
            step(b, out);
        }
    }

    private void step(int b, Filtered out) {
        if (ending) {
            ending = false;
            endString(out, ST);
            if (b == '\\') {
                return;
            }
            held.add(ESC);
            state = State.ESCAPE;
        }
        if (b == ESC) {
            if (inString()) {
                ending = true;
            } else {
                interrupt(out);
                held.add(ESC);
                state = State.ESCAPE;
            }
        } else if (b == CAN || b == SUB) {
            boolean removed = state == State.STRING_REMOVED || state == State.CONTROL_REMOVED;
            held.clear();
            state = State.GROUND;
            if (!removed) {
                out.add(b);
            }
        } else {
            switch (state) {
                case GROUND -> out.add(b);
                case ESCAPE -> escape(b, out);
                case CONTROL, CONTROL_REMOVED -> control(b, out);
                case DEVICE_CONTROL -> deviceControl(b, out);
                case COMMAND -> command(b, out);
                case STRING_HELD, STRING_PASSED, STRING_REMOVED -> string(b, out);
            }
        }
    }

    private boolean inString() {
        return switch (state) {
            case DEVICE_CONTROL, COMMAND, STRING_HELD, STRING_PASSED, STRING_REMOVED -> true;
            case GROUND, ESCAPE, CONTROL, CONTROL_REMOVED -> false;
        };
    }

    /** A new sequence begins; the one before is worth nothing, unless it was a string, which is over. */
    private void interrupt(Filtered out) {
        ending = false;
        if (inString()) {
            endString(out, ST);
        }
        held.clear();
        state = State.GROUND;
    }

    private void endString(Filtered out, String terminator) {
        boolean passes = switch (state) {
            case STRING_PASSED -> true;
            case STRING_HELD -> !held.contains('?');
            case COMMAND -> kind(held) != State.STRING_REMOVED;
            case GROUND, ESCAPE, CONTROL, CONTROL_REMOVED, DEVICE_CONTROL, STRING_REMOVED -> false;
        };
        if (passes) {
            held.moveTo(out);
            out.add(terminator);
        }
        held.clear();
        state = State.GROUND;
    }

    /** Controls act at once, also inside a sequence, and so they go in front of it; the terminal's result is the same. */
    private static boolean isControl(int b) {
        return b < 0x20;
    }

    private void escape(int b, Filtered out) {
        if (isControl(b)) {
            out.add(b);
        } else if (b >= 0x20 && b < 0x30 && !held.full()) {
            held.add(b);
        } else if (b >= 0x30 && b < DEL) {
            held.add(b);
            introduce(held.length() == 2 ? b : 0, out);
        } else if (b != DEL) {
            giveUp(b, out);
        }
    }

    /** A character where none belongs ends the sequence for most terminals; what comes then is text. */
    private void giveUp(int b, Filtered out) {
        held.clear();
        state = State.GROUND;
        out.add(b);
    }

    /** {@code held} has an escape sequence that ends with this byte, or a C1 control that means the same. */
    private void introduce(int b, Filtered out) {
        held.introduced();
        switch (b) {
            case '[' -> state = State.CONTROL;
            case ']' -> {
                bell = true;
                state = State.COMMAND;
            }
            case 'P' -> {
                bell = false;
                state = State.DEVICE_CONTROL;
            }
            case 'X', '^', '_' -> {
                bell = false;
                held.clear();
                state = State.STRING_REMOVED;
            }
            case 'Z' -> {
                held.clear();
                state = State.GROUND;
            }
            default -> {
                held.moveTo(out);
                state = State.GROUND;
            }
        }
    }

    private void control(int b, Filtered out) {
        if (isControl(b)) {
            out.add(b);
            return;
        }
        if (b == DEL) {
            return;
        }
        if (b > DEL) {
            giveUp(b, out);
            return;
        }
        if (held.full()) {
            held.clear();
            state = State.CONTROL_REMOVED;
        }
        if (state == State.CONTROL) {
            held.add(b);
        }
        if (b < 0x40) {
            return;
        }
        if (state == State.CONTROL) {
            judge(b, out);
        }
        held.clear();
        state = State.GROUND;
    }

    private void judge(int last, Filtered out) {
        if (last == 'h' && held.prefix() == '?' && reportsModes()) {
            otherModes(out);
        } else if (!Questions.asks(held, last)) {
            held.moveTo(out);
        }
    }

    private boolean reportsModes() {
        for (int i = 0; i < held.parameters(); i++) {
            if (reports(held.parameter(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean reports(int mode) {
        return mode == Mode.COLOUR_SCHEME.number || mode == Mode.IN_BAND_RESIZE.number;
    }

    private void otherModes(Filtered out) {
        StringBuilder others = new StringBuilder();
        for (int i = 0; i < held.parameters(); i++) {
            int mode = held.parameter(i);
            if (mode >= 0 && !reports(mode)) {
                others.append(others.isEmpty() ? "" : ";").append(mode);
            }
        }
        if (!others.isEmpty()) {
            out.add("\u001b[?" + others + "h");
        }
    }

    private void deviceControl(int b, Filtered out) {
        if (isControl(b) || b == DEL) {
            return;
        }
        held.add(b);
        if (b < 0x40 && !held.full()) {
            return;
        }
        boolean sixel = b == 'q' && held.prefix() == 0 && held.intermediate() == 0;
        boolean synchronises = b == 's' && held.prefix() == '=' && held.intermediate() == 0;
        pass(sixel || synchronises ? State.STRING_PASSED : State.STRING_REMOVED, out);
    }

    private void pass(State next, Filtered out) {
        state = next;
        if (state == State.STRING_PASSED) {
            held.moveTo(out);
        } else if (state == State.STRING_REMOVED) {
            held.clear();
        }
    }

    private void command(int b, Filtered out) {
        if (b == BEL) {
            endString(out, "\u0007");
        } else if (b >= '0' && b <= '9' && !held.full()) {
            held.add(b);
        } else if (!isControl(b)) {
            held.add(b);
            pass(b == ';' ? kind(held) : State.STRING_REMOVED, out);
        }
    }

    /** What becomes of an operating system command, by its number. */
    private static State kind(Sequence command) {
        int number = command.parameter(0);
        return switch (number) {
            // Titles, the folder, links, prompt marks and their kin, larger text (kitty).
            case 0, 1, 2, 6, 7, 8, 66, 133, 633 -> State.STRING_PASSED;
            // Colours and the pointer's shape, set or asked for.
            case 4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22 -> State.STRING_HELD;
            // And back to the usual ones.
            case 104, 105, 106, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119 -> State.STRING_PASSED;
            default -> State.STRING_REMOVED;
        };
    }

    private void string(int b, Filtered out) {
        if (b == BEL && bell) {
            endString(out, "\u0007");
        } else if (state == State.STRING_PASSED) {
            out.add(b);
        } else if (state == State.STRING_HELD) {
            held.add(b);
            if (held.full()) {
                pass(State.STRING_REMOVED, out);
            }
        }
    }
}
