package sallyport.recorder.screen;

import java.util.Arrays;

/**
 * Removes what a terminal answers from what a client sends, when that client's terminal is not the one that was asked: what
 * the program did not wait for would be typed into it. Typed keys, mouse events, focus and pastes pass; inside a bracketed
 * paste nothing is removed.
 *
 * <p>Removed are (ctlseqs): answers to DA ({@code CSI ? … c} and the like), DSR ({@code CSI … n}) and CPR ({@code CSI row ;
 * column R}), DECRPM ({@code $ y}), DECREPTPARM, window and size reports ({@code CSI … t}), XTSMGRAPHICS, XTQMODKEYS, the
 * kitty keyboard's {@code CSI ? flags u} and graphics' {@code APC G}, numbered OSC (colours, the clipboard), and DCS answers
 * (DECRQSS, XTGETTCAP, XTVERSION, DA3, checksums). One is like another: F3 with modifiers is {@code CSI 1 ; modifier R}, and
 * so is a cursor in row 1, columns 2 to 16. It passes, since a key that does nothing is worse than an answer too many.
 *
 * <p>Half of a sequence is held back until the next bytes decide, but not what may be a key by itself: an ESC, or ESC and one
 * character, at the end of a call passes at once. If it turns out to have begun an answer, the rest of that is removed.
 * {@link #held} says how much is held back, {@link #rest} lets it go: call that when nothing more comes for a while. For one
 * thread at a time.
 */
public final class ReplyFilter {

    /** No key takes more. A sequence that is longer passes. */
    static final int MOST_HELD = 64;

    /** An answer that does not end after this many bytes is taken to be over, so that no lost end swallows what is typed. */
    static final int LONGEST_ANSWER = 64 * 1024;

    /** From which modifiers to which, of F3 (ctlseqs, "PC-Style Function Keys"). */
    private static final int FIRST_MODIFIER = 2;

    private static final int LAST_MODIFIER = 16;

    /** So many bytes from ESC on may be a key: Escape itself, or Alt and another. */
    private static final int KEY = 2;

    private static final int BEL = 0x07;
    private static final int ESC = 0x1b;
    private static final int DEL = 0x7f;
    private static final int PASTE_BEGINS = 200;
    private static final byte[] PASTE_ENDS = {ESC, '[', '2', '0', '1', '~'};
    private static final byte[] NOTHING = {};

    private enum State {
        GROUND,
        ESCAPE,
        CONTROL,
        /** Behind {@code ESC ]}, {@code ESC P} or {@code ESC _}: keys, or the beginning of an answer. */
        STRING_BEGINS,
        ANSWER,
        ANSWER_ENDS,
        PASTE
    }

    private final Sequence held = new Sequence(MOST_HELD);
    private State state = State.GROUND;
    /** The kind of string: {@code ]}, {@code P} or {@code _}. */
    private int introducer;

    /** How many of the bytes in {@link #held} have passed already, since they may have been a key. */
    private int gone;

    private int answered;
    /** How much of {@link #PASTE_ENDS} came last. */
    private int pasteEnds;

    /** What may pass of {@code bytes} and of what was held back before. It may be {@code bytes} itself. */
    public byte[] filter(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = state == State.GROUND ? plain(bytes, offset, end) : offset;
        if (at == end) {
            return offset == 0 && length == bytes.length ? bytes : Arrays.copyOfRange(bytes, offset, end);
        }
        boolean begun = gone > 0;
        Filtered out = new Filtered(length + held.length());
        out.write(bytes, offset, at - offset);
        while (at < end) {
            accept(bytes[at++] & 0xff, out);
        }
        if (begun && gone > 0) {
            // The same sequence is still not decided, and its beginning has passed: so it is what somebody types.
            typed(out);
        } else if (held.length() <= KEY && gone == 0) {
            gone = held.length();
            out.writeBytes(held.bytes());
        }
        return out.size() == 0 ? NOTHING : out.toByteArray();
    }

    /** How many bytes are held back. */
    public int held() {
        return held.length() - gone;
    }

    /** What was held back and is not any more. An answer that has begun is taken to be over, a paste is not. */
    public byte[] rest() {
        Filtered out = new Filtered(MOST_HELD);
        if (state != State.PASTE) {
            typed(out);
        }
        return out.toByteArray();
    }

    private static int plain(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ESC) {
            at++;
        }
        return at;
    }

    private void accept(int b, Filtered out) {
        switch (state) {
            case PASTE -> paste(b, out);
            case ANSWER, ANSWER_ENDS -> answer(b, out);
            case GROUND, ESCAPE, CONTROL, STRING_BEGINS -> {
                if (b < 0x20 || b == DEL) {
                    typed(out);
                    if (b == ESC) {
                        held.add(ESC);
                        state = State.ESCAPE;
                    } else {
                        out.add(b);
                    }
                } else {
                    begun(b, out);
                }
            }
        }
    }

    private void begun(int b, Filtered out) {
        if (state == State.GROUND) {
            out.add(b);
            return;
        }
        held.add(b);
        if (held.full()) {
            typed(out);
            return;
        }
        switch (state) {
            case ESCAPE -> {
                held.introduced();
                switch (b) {
                    case '[' -> state = State.CONTROL;
                    case ']', 'P', '_' -> {
                        introducer = b;
                        state = State.STRING_BEGINS;
                    }
                    default -> typed(out);
                }
            }
            case CONTROL -> {
                if (b >= 0x40) {
                    control(b, out);
                }
            }
            case STRING_BEGINS -> stringBegins(b, out);
            case GROUND, ANSWER, ANSWER_ENDS, PASTE -> throw new IllegalStateException(state.name());
        }
    }

    /** What is held is no answer, and passes. */
    private void typed(Filtered out) {
        byte[] all = held.bytes();
        out.write(all, gone, all.length - gone);
        become(State.GROUND);
    }

    private void become(State next) {
        held.clear();
        gone = 0;
        state = next;
    }

    private void control(int last, Filtered out) {
        if (answers(last)) {
            become(State.GROUND);
            return;
        }
        boolean paste = last == '~' && held.prefix() == 0 && held.parameter(0) == PASTE_BEGINS;
        typed(out);
        if (paste) {
            state = State.PASTE;
            pasteEnds = 0;
        }
    }

    private boolean answers(int last) {
        int prefix = held.prefix();
        if (held.intermediate() != 0) {
            return held.intermediate() == '$' && last == 'y';
        }
        return switch (last) {
            case 'R' -> prefix == '?' || (prefix == 0 && position());
            case 'c' -> prefix != 0;
            case 'n' -> prefix == 0 || prefix == '?';
            case 't', 'x' -> prefix == 0;
            case 'u', 'S' -> prefix == '?';
            case 'm' -> prefix == '>';
            default -> false;
        };
    }

    /** F3 has no number, or is {@code 1 ; modifier}. */
    private boolean position() {
        int modifier = held.parameter(1);
        return modifier >= 0 && !(held.parameter(0) == 1 && modifier >= FIRST_MODIFIER && modifier <= LAST_MODIFIER);
    }

    private void stringBegins(int b, Filtered out) {
        boolean digit = b >= '0' && b <= '9';
        switch (introducer) {
            case ']' -> decide(held.length() > KEY + 1 && b == ';', digit, out);
            case 'P' -> decide(b == '$' || b == '+' || b == '>' || b == '!', digit || b == ';', out);
            default -> decide(b == 'G', false, out);
        }
    }

    private void decide(boolean answer, boolean open, Filtered out) {
        if (answer) {
            become(State.ANSWER);
            answered = 0;
        } else if (!open) {
            typed(out);
        }
    }

    /** Up to its end, or to what cannot be in an answer: then somebody types again. */
    private void answer(int b, Filtered out) {
        if (state == State.ANSWER_ENDS) {
            become(State.GROUND);
            if (b != '\\') {
                held.add(ESC);
                state = State.ESCAPE;
                accept(b, out);
            }
        } else if (b == ESC) {
            state = State.ANSWER_ENDS;
        } else if (b < 0x20 || b == DEL) {
            become(State.GROUND);
            if (b != BEL) {
                out.add(b);
            }
        } else if (++answered >= LONGEST_ANSWER) {
            become(State.GROUND);
        }
    }

    private void paste(int b, Filtered out) {
        out.add(b);
        pasteEnds = b == PASTE_ENDS[pasteEnds] ? pasteEnds + 1 : b == ESC ? 1 : 0;
        if (pasteEnds == PASTE_ENDS.length) {
            state = State.GROUND;
        }
    }
}
