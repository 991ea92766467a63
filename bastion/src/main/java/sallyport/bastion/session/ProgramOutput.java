package sallyport.bastion.session;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import sallyport.policy.audit.AuditEvent.WholeOutput;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;

/**
 * What a program writes, on its way into the recording: all of it or, where there is a limit, the first bytes of both streams
 * together. What is beyond is counted, and both streams are digested from their beginning, so that a copy which somebody has of them
 * can be told from another one. Memory does not grow with what is written. Belongs to the pump's thread, but for {@link #leftOut()}.
 */
final class ProgramOutput {

    private final Recording recording;
    private final OptionalLong limit;
    private final LongConsumer reached;
    private final Stream stdout = new Stream();
    private final Stream stderr = new Stream();
    private long kept;
    private boolean limited;
    private final AtomicLong leftOut = new AtomicLong();

    /** Once somebody has asked. */
    private Optional<WholeOutput> whole = Optional.empty();

    /**
     * @param limit how many bytes are kept; empty: all
     * @param reached told how many are kept, once, when the first byte is left out
     */
    ProgramOutput(Recording recording, OptionalLong limit, LongConsumer reached) {
        this.recording = recording;
        this.limit = limit;
        this.reached = reached;
    }

    /** The program wrote {@code bytes} to stdout. */
    void stdout(byte[] bytes) throws RecordingFailed {
        stdout(bytes, bytes);
    }

    /**
     * The program wrote {@code bytes} to stdout, and {@code toKeep} is to be recorded of it.
     *
     * @param toKeep the last of the stream up to here
     */
    void stdout(byte[] bytes, byte[] toKeep) throws RecordingFailed {
        if (limit.isPresent()) {
            stdout.passed(bytes);
        }
        int fits = fitting(toKeep.length);
        if (fits > 0) {
            recording.output(ByteBuffer.wrap(toKeep, 0, fits));
        }
        count(stdout, toKeep.length, fits);
    }

    /** The program wrote {@code bytes} to stderr. */
    void stderr(byte[] bytes) throws RecordingFailed {
        if (limit.isPresent()) {
            stderr.passed(bytes);
        }
        int fits = fitting(bytes.length);
        if (fits > 0) {
            recording.stderr(ByteBuffer.wrap(bytes, 0, fits));
        }
        count(stderr, bytes.length, fits);
    }

    private int fitting(int length) {
        return limited ? 0 : (int) Math.min(length, limit.orElse(Long.MAX_VALUE) - kept);
    }

    private void count(Stream stream, int length, int fits) throws RecordingFailed {
        kept += fits;
        int over = length - fits;
        if (over == 0) {
            return;
        }
        leftOut.addAndGet(over);
        if (!limited) {
            limited = true;
            recording.marker(
                    "output: the limit of %d bytes is reached; what follows is counted and not kept: stdout from byte %d on, stderr from byte %d on"
                            .formatted(
                                    limit.orElseThrow(),
                                    stdout.bytes - (stream.equals(stdout) ? over : 0),
                                    stderr.bytes - (stream.equals(stderr) ? over : 0)));
            reached.accept(kept);
        }
    }

    /** Nothing more is written: says in the recording what all of it was, if not all of it is there. */
    void end() throws RecordingFailed {
        Optional<WholeOutput> whole = whole();
        if (whole.isPresent()) {
            WholeOutput all = whole.get();
            recording.marker("output: stdout was %d bytes, sha256: %s; stderr was %d bytes, sha256: %s"
                    .formatted(all.stdoutBytes(), all.stdoutSha256(), all.stderrBytes(), all.stderrSha256()));
        }
    }

    /** What all of it was, if not all of it is recorded. Nothing may be written behind this. */
    Optional<WholeOutput> whole() {
        if (limited && whole.isEmpty()) {
            whole = Optional.of(new WholeOutput(stdout.bytes, stdout.sha256(), stderr.bytes, stderr.sha256()));
        }
        return whole;
    }

    /** How many bytes were not recorded. On any thread. */
    long leftOut() {
        return leftOut.get();
    }

    /** One of the two, from its beginning. */
    private static final class Stream {
        private final MessageDigest digest = newDigest();
        private long bytes;

        void passed(byte[] more) {
            digest.update(more);
            bytes += more.length;
        }

        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }

        private static MessageDigest newDigest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every Java has SHA-256", impossible);
            }
        }
    }
}
