package sallyport.recorder.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Supplier;
import sallyport.recorder.Chain;
import sallyport.recorder.Header;
import sallyport.recorder.HeaderLine;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordedStream;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;

/**
 * What people type in a session, in a file of its own beside the recording, with the recording's clock. Guarded by the
 * recording's lock for appends, but for its sink, which is synced and closed as the recording's are.
 */
final class InputTrack {

    /** More text than this is not recorded, in bytes: who types more pours files into a terminal. The recording fails then. */
    static final long MOST_TEXT = 512L << 20;

    /** Names are cut behind so many characters. */
    private static final int LONGEST_NAME = 256;

    final Sink sink;
    private final RecordedStream stream = RecordedStream.ofInput();
    private final Chain chain = new Chain();
    private String typist = "";
    private long toldMillis;
    private long clockToldMillis;
    private long length;

    InputTrack(Sink sink) {
        this.sink = sink;
    }

    /** The recording's header, and that this is its other stream. */
    static byte[] header(Header of, String how) {
        LinkedHashMap<String, String> vendor = new LinkedHashMap<>();
        vendor.put("stream", "input");
        vendor.put("input", how);
        vendor.putAll(of.sallyport());
        Header header = new Header(
                of.columns(), of.rows(), of.terminalType(), of.startedAt(), of.command(), of.title(), of.env(), vendor);
        try {
            return new HeaderLine(header, StreamKind.TERMINAL).toBytes();
        } catch (IOException impossible) {
            throw new IllegalStateException("memory cannot be written to", impossible);
        }
    }

    /** Puts in the header, which has been made of {@link #header}, and what the wall clock says. */
    void begin(LineBuffer lines, byte[] headerLine, Instant time, long now) {
        lines.raw(headerLine);
        clock(lines, time, now);
    }

    /**
     * Puts in that {@code who} typed these bytes.
     *
     * @param bytes at most {@link LineBuffer#LONGEST_APPEND} of them and at least one
     * @param hidden whether they only stand for what was typed
     * @param now since the start of the session
     */
    void put(LineBuffer lines, String who, ByteBuffer bytes, boolean hidden, long now) {
        if (!who.equals(typist)) {
            typist = who;
            lines.comment(RecordingReader.TYPIST + " " + inAscii(who));
        }
        if (hidden) {
            lines.comment(RecordingReader.HIDDEN);
        }
        if (stream.append(bytes, lines, now - toldMillis)) {
            toldMillis = now;
        }
    }

    /** Puts in what the wall clock says, if it is time for that. */
    void check(LineBuffer lines, Limits limits, Supplier<Instant> time, long now) {
        if (now - clockToldMillis >= limits.checkEvery().toMillis()) {
            clock(lines, time.get(), now);
        }
    }

    private void clock(LineBuffer lines, Instant time, long now) {
        lines.comment(Recording.clockLine(time, now));
        clockToldMillis = now;
    }

    private static String inAscii(String who) {
        return who.substring(0, Math.min(who.length(), LONGEST_NAME)).replaceAll("[^ -~]", "?");
    }

    /** The event after the last one is no earlier than this, since the start of the session. */
    long toldMillis() {
        return toldMillis;
    }

    /** Whether there is no room for lines of so many bytes. */
    boolean isTooLong(int bytes) {
        return length + bytes > MOST_TEXT;
    }

    /** The lines are in the file. */
    void wrote(LineBuffer lines) {
        chain.add(lines);
        length += lines.length();
    }

    Sealed.Part statement() {
        return new Sealed.Part(length, chain.value(), "", Optional.empty());
    }
}
