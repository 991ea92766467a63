package sallyport.bastion.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/** A file between its OPEN and its CLOSE, and what has passed of it. */
final class OpenFile implements Opened {

    /** The pflags of an OPEN (draft-ietf-secsh-filexfer-02 section 6.3). */
    static final int READ = 0x01;

    static final int WRITE = 0x02;
    static final int APPEND = 0x04;
    static final int CREATE = 0x08;
    static final int TRUNCATE = 0x10;
    static final int EXCLUSIVE = 0x20;

    private static final long UNKNOWN = -1;

    private final FileName name;
    private final long flags;
    private Optional<String> path = Optional.empty();
    private boolean refused;
    private final Flow down = new Flow();
    private final Flow up = new Flow();

    /** As the target said it, or the client set it. */
    private long size = UNKNOWN;

    private long setTo = UNKNOWN;

    /** The first place where the target said that there is no more. */
    private long endsAt = Long.MAX_VALUE;

    private boolean hasRead;

    /** Writes that the target has not answered yet. */
    private int unanswered;

    private boolean failed;
    private boolean closed;

    OpenFile(FileName name, long flags) {
        this.name = name;
        this.flags = flags;
    }

    FileName name() {
        return name;
    }

    boolean isFor(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether having it open may change it. */
    boolean mayWrite() {
        return isFor(WRITE | APPEND | CREATE | TRUNCATE);
    }

    String purpose() {
        if (!mayWrite()) {
            return "to read";
        }
        return isFor(READ) ? "to read and write" : "to write";
    }

    /** Where it was when it was opened; empty if that was not asked then. */
    Optional<String> path() {
        return path;
    }

    void isAt(String resolved) {
        path = Optional.of(resolved);
    }

    /** Something of it was refused here. True for the first time. */
    boolean refused() {
        boolean first = !refused;
        refused = true;
        return first;
    }

    // --- what passes ---

    void isLong(long bytes) {
        size = bytes;
    }

    /** Its length was set. True if that is where what was written ends, so that it says nothing new. */
    boolean wasSetTo(long bytes) {
        setTo = bytes;
        return up.bytes() > 0 && up.end() == bytes;
    }

    void read(long offset, byte[] from, int at, int length) {
        hasRead = true;
        down.passed(offset, from, at, length);
    }

    void ended(long offset) {
        hasRead = true;
        endsAt = Math.min(endsAt, offset);
    }

    void writing(long offset, byte[] from, int at, int length) {
        unanswered++;
        up.passed(offset, from, at, length);
    }

    void written(boolean well) {
        unanswered--;
        failed |= !well;
    }

    /** The client needs no more of it. If the target did not close it as it should, what was written may not be there. */
    void closed(boolean well) {
        closed = true;
        failed |= !well;
    }

    /** The target copies into it what does not pass here. */
    void copiedInto() {
        up.disturbed();
    }

    void copiedFrom() {
        down.disturbed();
    }

    // --- its end ---

    /** What there is to say of it. Asked once. */
    List<Note> notes(SessionId session) {
        List<Note> notes = new ArrayList<>();
        if (hasRead || !mayWrite()) {
            notes.add(read(session));
        }
        if (mayWrite()) {
            notes.add(written(session));
        }
        return notes;
    }

    private Note read(SessionId session) {
        boolean whole = down.isWhole(endsAt) || (size > 0 && down.isWhole(size));
        Optional<String> sha256 = down.sha256(whole);
        String ranges = whole ? "" : down.ranges();
        return Note.of(
                words("read", down.bytes(), ranges, sha256),
                new AuditEvent.FileRead(session, name.text(), down.bytes(), ranges, sha256));
    }

    private Note written(SessionId session) {
        boolean fresh = isFor(TRUNCATE) || (isFor(EXCLUSIVE) && isFor(CREATE));
        long wanted = setTo != UNKNOWN ? setTo : fresh ? up.end() : UNKNOWN;
        boolean whole = closed && !failed && unanswered == 0 && (fresh || !isFor(APPEND)) && up.isWhole(wanted);
        Optional<String> sha256 = up.sha256(whole);
        String ranges = whole ? "" : up.ranges();
        return Note.of(
                words("wrote", up.bytes(), ranges, sha256),
                new AuditEvent.FileWritten(session, name.text(), up.bytes(), ranges, sha256));
    }

    private String words(String did, long bytes, String ranges, Optional<String> sha256) {
        return "%s %s: %d bytes%s, sha256: %s%s%s%s"
                .formatted(
                        did,
                        name.quoted(),
                        bytes,
                        ranges.isEmpty() ? "" : " (" + ranges + ")",
                        sha256.orElse("none (partial)"),
                        closed ? "" : ", not closed",
                        failed ? ", the target refused some" : "",
                        refused ? ", some was refused" : "");
    }
}
