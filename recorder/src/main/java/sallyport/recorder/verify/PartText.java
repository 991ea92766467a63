package sallyport.recorder.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sallyport.recorder.Chain;
import sallyport.recorder.HeaderLine;
import sallyport.recorder.RecordingReader;

/**
 * One part's text, read once from its first byte: its digest, and where what was noted of its beginnings stops being true. In
 * memory for one line of header. For one thread.
 */
final class PartText {

    /** Longer than any {@code #chain} line. */
    private static final int LONGEST_COMMENT = 128;

    private static final Pattern CHAIN = Pattern.compile("#chain ([0-9]{1,18}) ([0-9a-f]{64})");

    private final MessageDigest running = Chain.sha256();
    private final Deque<Map.Entry<Long, String>> noted = new ArrayDeque<>();
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final ByteArrayOutputStream comment = new ByteArrayOutputStream();
    private boolean inHeader = true;
    private boolean atLineStart = true;
    private boolean inComment;
    private String beforeComment = "";
    private long commentAt;
    private String chain = "";
    private long bytes;
    private long good;
    private long bad = -1;

    /** @param noted of how many bytes which SHA-256 was noted elsewhere */
    PartText(SortedMap<Long, String> noted) {
        this.noted.addAll(noted.entrySet());
    }

    /** Reads {@code text} to its end, or {@code most} bytes of it. */
    void read(InputStream text, long most) throws IOException {
        byte[] piece = new byte[64 << 10];
        while (bytes < most) {
            int read = text.read(piece, 0, (int) Math.min(piece.length, most - bytes));
            if (read < 0) {
                return;
            }
            take(piece, read);
        }
    }

    private void take(byte[] piece, int length) {
        int from = 0;
        for (int i = 0; i < length; i++) {
            byte b = piece[i];
            if (atLineStart) {
                atLineStart = false;
                if (b == '#') {
                    running.update(piece, from, i - from);
                    from = i;
                    beforeComment = soFar();
                    commentAt = bytes + i;
                    inComment = true;
                    comment.reset();
                }
            }
            if (inHeader && header.size() < RecordingReader.LONGEST_LINE) {
                header.write(b);
            }
            if (inComment && comment.size() < LONGEST_COMMENT) {
                comment.write(b);
            }
            if (b == '\n') {
                atLineStart = true;
                inHeader = false;
                if (inComment) {
                    inComment = false;
                    comment();
                }
            }
            if (!noted.isEmpty() && noted.getFirst().getKey() == bytes + i + 1) {
                running.update(piece, from, i + 1 - from);
                from = i + 1;
                Map.Entry<Long, String> note = noted.removeFirst();
                hold(note.getKey(), soFar().equals(note.getValue()));
            }
        }
        running.update(piece, from, length - from);
        bytes += length;
    }

    private void comment() {
        Matcher said =
                CHAIN.matcher(comment.toString(StandardCharsets.ISO_8859_1).stripTrailing());
        if (said.matches()) {
            chain = said.group(2);
            hold(commentAt, Long.parseLong(said.group(1)) == commentAt && chain.equals(beforeComment));
        }
    }

    private void hold(long at, boolean isTrue) {
        if (!isTrue && bad < 0) {
            bad = at;
        } else if (isTrue && bad < 0) {
            good = Math.max(good, at);
        }
    }

    private String soFar() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) running.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("a SHA-256 that cannot be copied", impossible);
        }
    }

    /** How many bytes there were. */
    long bytes() {
        return bytes;
    }

    /** Of all of them. */
    String sha256() {
        return soFar();
    }

    /** Of the first line, its newline included. */
    String headerSha256() {
        return HexFormat.of().formatHex(Chain.sha256().digest(header.toByteArray()));
    }

    /** What the header says of the part before; empty in a first part, and if the header makes no sense. */
    Optional<HeaderLine.Later> later() {
        byte[] line = header.toByteArray();
        try {
            return HeaderLine.parse(line, 0, Math.max(0, line.length - 1)).later();
        } catch (IOException | RuntimeException senseless) {
            return Optional.empty();
        }
    }

    /** The last value of the chain; empty if there is none. */
    String chain() {
        return chain;
    }

    /** The end of what all notes up to there bear out. */
    long good() {
        return good;
    }

    /** Up to where a note was wrong first; -1 if none was. */
    long bad() {
        return bad;
    }

    /** The most that was noted and was never reached; -1 if all was. */
    long beyond() {
        return noted.isEmpty() || noted.getLast().getKey() <= bytes
                ? -1
                : noted.getLast().getKey();
    }
}
