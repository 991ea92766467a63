package sallyport.recorder.index;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cues in a terminal's output, which may be cut anywhere. A cue is met just before its last byte, so that the screen
 * can be looked at as it was.
 */
final class Cues {

    /** How much of a control string is read, in bytes; of a longer one the rest is passed over. */
    private static final int LONGEST_STRING = 16 << 10;

    private static final int ESC = 0x1b;
    private static final int BEL = 0x07;
    private static final int CAN = 0x18;
    private static final int SUB = 0x1a;

    private enum State {
        TEXT,
        ESCAPE,
        /** CSI: parameters. */
        SEQUENCE,
        /** OSC. */
        COMMAND,
        /** DCS, SOS, PM, APC: nothing in them is meant for us. */
        STRING
    }

    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private State state = State.TEXT;

    /** An ESC came in a string; a backslash ends it. */
    private boolean ending;

    private @Nullable Cue met;

    /** The last cue was met, and its last byte comes next. */
    private boolean told;

    /**
     * How far the output may be taken: to the next cue, which {@link #met} then has, or to its end.
     *
     * @param lineEnds whether line feeds are wanted
     */
    int next(byte[] bytes, int from, int to, boolean lineEnds) {
        met = null;
        for (int i = from; i < to; i++) {
            Cue cue = told ? null : at(bytes[i] & 0xff, lineEnds);
            if (cue != null) {
                met = cue;
                told = true;
                return i;
            }
            told = false;
            step(bytes[i] & 0xff);
        }
        return to;
    }

    /** The cue that ended {@link #next}; null: it came to the end. */
    @Nullable
    Cue met() {
        return met;
    }

    /** What {@code b} would complete. */
    private @Nullable Cue at(int b, boolean lineEnds) {
        return switch (state) {
            case TEXT -> lineEnds && b == '\n' ? new Cue.LineEnd() : null;
            case SEQUENCE ->
                switch (b) {
                    case 'h', 'l' -> mode(b == 'h');
                    case 'J' -> collected.size() == 0 || collected().equals("2") ? new Cue.Wiped(false) : null;
                    default -> null;
                };
            case COMMAND -> b == BEL || (ending && b == '\\') ? mark() : null;
            case ESCAPE -> b == 'c' ? new Cue.Wiped(false) : null;
            case STRING -> null;
        };
    }

    private @Nullable Cue mode(boolean on) {
        String parameters = collected();
        if (!parameters.startsWith("?")) {
            return null;
        }
        for (String one : parameters.substring(1).split(";", -1)) {
            switch (one) {
                case "2004" -> {
                    return new Cue.Editor(on);
                }
                case "47", "1047", "1049" -> {
                    return new Cue.Wiped(true);
                }
                default -> {}
            }
        }
        return null;
    }

    private @Nullable Cue mark() {
        String text = collected();
        if (!text.startsWith("133;") || text.length() < 5 || (text.length() > 5 && text.charAt(5) != ';')) {
            return null;
        }
        return new Cue.Mark(text.charAt(4), text.substring(Math.min(6, text.length())));
    }

    private String collected() {
        return collected.toString(StandardCharsets.UTF_8);
    }

    private void step(int b) {
        if (b == CAN || b == SUB) {
            state = State.TEXT;
            return;
        }
        switch (state) {
            case TEXT -> state = b == ESC ? State.ESCAPE : State.TEXT;
            case ESCAPE -> escape(b);
            case SEQUENCE -> {
                if (b == ESC) {
                    state = State.ESCAPE;
                } else if (b >= 0x40 && b <= 0x7e) {
                    state = State.TEXT;
                } else {
                    collect(b);
                }
            }
            case COMMAND, STRING -> string(b);
        }
    }

    private void escape(int b) {
        collected.reset();
        ending = false;
        state = switch (b) {
            case '[' -> State.SEQUENCE;
            case ']' -> State.COMMAND;
            case 'P', 'X', '^', '_' -> State.STRING;
            case ESC -> State.ESCAPE;
            default -> State.TEXT;
        };
    }

    private void string(int b) {
        if (ending) {
            ending = false;
            state = State.TEXT;
            if (b != '\\') {
                // The ESC ended the string and began something else.
                escape(b);
            }
        } else if (b == ESC) {
            ending = true;
        } else if (b == BEL && state == State.COMMAND) {
            state = State.TEXT;
        } else {
            collect(b);
        }
    }

    private void collect(int b) {
        if (collected.size() < LONGEST_STRING) {
            collected.write(b);
        }
    }
}
