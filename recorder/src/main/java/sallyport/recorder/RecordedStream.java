package sallyport.recorder;

import java.nio.ByteBuffer;

/**
 * One of the byte streams of a recording while it is written: how far it is, and the beginning of a character that its last
 * bytes may be. Turns bytes into lines that give exactly these bytes back: see the package. Guarded by the recording's lock.
 */
public final class RecordedStream {

    /** An append may cost this much more than its bytes before its text is given up; a short one is text with a few controls. */
    private static final int SMALL_SURPLUS = 64;

    private static final String BELONGS_TO_STDERR = "#stderr";

    private final boolean stderr;
    private final StreamKind kind;
    private final char code;
    private final byte[] carry = new byte[Utf8.LONGEST_PREFIX];
    private int carried;
    private long known;
    private boolean binary;

    /** @param stderr whether it is stderr rather than the terminal or stdout */
    public RecordedStream(boolean stderr, StreamKind kind) {
        this(stderr, kind, 'o');
    }

    private RecordedStream(boolean stderr, StreamKind kind, char code) {
        this.stderr = stderr;
        this.kind = kind;
        this.code = code;
    }

    /** What was typed. */
    public static RecordedStream ofInput() {
        return new RecordedStream(false, StreamKind.TERMINAL, 'i');
    }

    /**
     * Puts the lines for {@code bytes}, at most {@link LineBuffer#LONGEST_APPEND} of them and at least one, into {@code to}.
     *
     * @return whether there is an event among them, which then has {@code intervalMillis}
     */
    public boolean append(ByteBuffer bytes, LineBuffer to, long intervalMillis) {
        int fresh = bytes.remaining();
        int before = carried;
        int end = before + fresh;
        byte[] input = to.input;
        System.arraycopy(carry, 0, input, 0, before);
        bytes.get(input, before, fresh);
        if (binary) {
            exactly(to, before, end);
            return false;
        }
        int mark = to.length();
        say(to);
        to.beginEvent(intervalMillis, code);
        int whole = to.escape(input, end);
        to.endEvent();
        if (kind == StreamKind.PLAIN && (to.wasInvalid() || to.length() - mark > mostForText(fresh))) {
            to.backTo(mark);
            binary = true;
            say(to);
            to.event(intervalMillis, 'm', stderr ? "binary stderr follows" : "binary output follows");
            exactly(to, before, end);
            return true;
        }
        if (whole == 0) {
            to.backTo(mark);
        } else if (to.wasInvalid()) {
            say(to);
            to.base64(known - before, input, 0, whole);
        }
        if (whole < end) {
            int unsaid = Math.max(whole, before);
            say(to);
            to.base64(known - before + unsaid, input, unsaid, end);
        }
        carried = end - whole;
        System.arraycopy(input, whole, carry, 0, carried);
        known += fresh;
        return whole > 0;
    }

    /** Bytes alone: what was carried over has been said already. */
    private void exactly(LineBuffer to, int from, int end) {
        say(to);
        to.base64(known, to.input, from, end);
        known += end - from;
        carried = 0;
    }

    private void say(LineBuffer to) {
        if (stderr) {
            to.comment(BELONGS_TO_STDERR);
        }
    }

    /**
     * The longest that text may be, line and all, before base64 at 4/3 is the better bargain: 1.4 times the bytes, less what
     * a line costs by itself.
     */
    private static int mostForText(int bytes) {
        return bytes + Math.max(SMALL_SURPLUS, bytes * 2 / 5 - SMALL_SURPLUS);
    }
}
