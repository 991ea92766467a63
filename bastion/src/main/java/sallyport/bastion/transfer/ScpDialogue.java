package sallyport.bastion.transfer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sallyport.admin.Inert;
import sallyport.policy.FileAccess;
import sallyport.policy.FileRights;
import sallyport.policy.TransferCommand;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/**
 * scp's own protocol, that of rcp (OpenSSH's scp.c, {@code source} and {@code sink}). Whoever has the files sends records of one line,
 * {@code T} times, {@code C} a file, {@code D} a folder, {@code E} its end; behind a {@code C} that was answered well come the file's bytes and a
 * status. The other one answers each record and each file with a status: 0, or 1 or 2 and a line of words. A status may also stand where a
 * record could. Senders that do not wait for answers are understood as long as nothing is refused.
 */
final class ScpDialogue implements Dialogue {

    /** Longest line: a record with the longest name. */
    static final int LONGEST_LINE = FileName.LONGEST + 64;

    /** Most answers that a sender may leave waiting, and folders in each other. */
    static final int MOST_WAITING = 1024;

    private static final int WARNING = 1;
    private static final int FATAL = 2;

    private static final Pattern NAMED = Pattern.compile("([CD])([0-7]{4,5}) ([0-9]{1,18}) ([^/]+)", Pattern.DOTALL);
    private static final Pattern TIMES = Pattern.compile("T[0-9]{1,20} [0-9]{1,6} [0-9]{1,20} [0-9]{1,6}");

    /** What the sender sends next. */
    private enum Next {
        /** A record, or words in its place. */
        RECORD,
        /** A file's bytes, if its record is answered well. */
        ANSWERED_FILE,
        BYTES,
        /** How it went with reading the file. */
        STATUS
    }

    private final SessionId session;
    private final TransferCommand.Scp command;
    private final boolean upload;
    private final List<Note> notes = new ArrayList<>();

    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private Next next = Next.RECORD;
    private final Deque<Where> folders = new ArrayDeque<>();
    private @Nullable Passing file;

    /** What the receiver has not answered yet, oldest first. */
    private final Deque<Unanswered> unanswered = new ArrayDeque<>();

    private long records;

    /** Where a file or folder is: with an upload only the target knows whether the path that it was given is a folder. */
    private record Where(FileName name, Optional<FileName> ifFolder) {

        Where in(FileName child) {
            return new Where(name.child(child), ifFolder.map(folder -> folder.child(child)));
        }

        String quoted() {
            return name.quoted()
                    + ifFolder.map(folder -> " or " + folder.quoted()).orElse("");
        }

        String text() {
            return name.text()
                    + ifFolder.map(folder -> ", or " + folder.text() + " if that is a folder")
                            .orElse("");
        }
    }

    /** A file that is under way. */
    private static final class Passing {
        final Where where;
        final long size;
        final Flow flow = new Flow();
        boolean sent;
        boolean failed;

        Passing(Where where, long size) {
            this.where = where;
            this.size = size;
        }
    }

    /** Something that the receiver is to answer. */
    private sealed interface Unanswered {

        /** That it is there, times, or the end of a folder. */
        record Little() implements Unanswered {}

        /** @param record which record of all */
        record Folder(Where where, long record) implements Unanswered {}

        record Announced(Passing file) implements Unanswered {}

        record Sent(Passing file) implements Unanswered {}
    }

    ScpDialogue(SessionId session, TransferCommand.Scp command) {
        this.session = session;
        this.command = command;
        this.upload = command.access() == FileAccess.WRITE;
        unanswered.add(new Unanswered.Little());
    }

    @Override
    public boolean isAllowed(FileRights now) {
        return TransferCommand.refusal(command, now).isEmpty();
    }

    @Override
    public boolean leavesOut() {
        return true;
    }

    @Override
    public Heard fromClient(byte[] bytes) {
        return upload ? sent(bytes) : answered(bytes);
    }

    @Override
    public Heard fromTarget(byte[] bytes) {
        return upload ? answered(bytes) : sent(bytes);
    }

    private Heard understood() {
        Heard heard = Heard.understood(notes);
        notes.clear();
        return heard;
    }

    /** From {@code line}, which began earlier, and {@code at} on nothing is known. */
    private Heard broken(ByteArrayOutputStream line, byte[] bytes, int at) {
        byte[] began = line.toByteArray();
        byte[] rest = Arrays.copyOf(began, began.length + bytes.length - at);
        System.arraycopy(bytes, at, rest, began.length, bytes.length - at);
        line.reset();
        notes.addAll(end());
        Heard heard = Heard.broken(notes, rest);
        notes.clear();
        return heard;
    }

    // --- whoever has the files ---

    private Heard sent(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            switch (next) {
                case RECORD -> {
                    byte b = bytes[at];
                    if ((record.size() == 0 && "CDET\1\2".indexOf(b) < 0) || record.size() == LONGEST_LINE) {
                        return broken(record, bytes, at);
                    }
                    if (b != '\n') {
                        record.write(b);
                    } else if (take(record.toString(StandardCharsets.ISO_8859_1))) {
                        record.reset();
                    } else {
                        return broken(record, bytes, at);
                    }
                    at++;
                }
                case ANSWERED_FILE -> begin();
                case BYTES -> at += pass(bytes, at);
                case STATUS -> {
                    byte b = bytes[at];
                    if ((record.size() == 0 && (b < 0 || b > FATAL)) || record.size() == LONGEST_LINE) {
                        return broken(record, bytes, at);
                    }
                    if (record.size() == 0 && b == 0) {
                        fileSent(false);
                    } else if (b == '\n') {
                        said(upload ? "the client" : "the target", record);
                        fileSent(true);
                    } else {
                        record.write(b);
                    }
                    at++;
                }
            }
        }
        return understood();
    }

    /** One record, without its newline. False if it is none. */
    private boolean take(String line) {
        records++;
        char kind = line.charAt(0);
        if (kind == WARNING || kind == FATAL) {
            said(upload ? "the client" : "the target", record);
            return true;
        }
        if (unanswered.size() >= MOST_WAITING || folders.size() >= MOST_WAITING) {
            return false;
        }
        if (kind == 'T' && TIMES.matcher(line).matches()) {
            unanswered.add(new Unanswered.Little());
            return true;
        }
        if (line.equals("E") && !folders.isEmpty()) {
            folders.pop();
            unanswered.add(new Unanswered.Little());
            return true;
        }
        Matcher named = NAMED.matcher(line);
        return named.matches() && take(kind, Long.parseLong(named.group(3)), FileName.of(named.group(4)));
    }

    private boolean take(char kind, long size, FileName name) {
        if (!name.isFit() || name.isDots()) {
            return false;
        }
        Where where = where(name);
        if (kind == 'D') {
            folders.push(where);
            unanswered.add(new Unanswered.Folder(where, records));
            notes.add(Note.line((upload ? "make folder " : "list ") + where.quoted()));
        } else {
            file = new Passing(where, size);
            next = Next.ANSWERED_FILE;
            unanswered.add(new Unanswered.Announced(file));
            notes.add(Note.line("open " + where.quoted() + (upload ? " to write" : " to read")));
        }
        return true;
    }

    private Where where(FileName name) {
        if (!folders.isEmpty()) {
            return folders.getFirst().in(name);
        }
        FileName path = FileName.of(command.path());
        if (!upload) {
            return new Where(path, Optional.empty());
        }
        return command.intoFolder() || path.isFolder()
                ? new Where(path.child(name), Optional.empty())
                : new Where(path, Optional.of(path.child(name)));
    }

    private void begin() {
        next = file != null && file.size > 0 ? Next.BYTES : Next.STATUS;
    }

    private int pass(byte[] bytes, int at) {
        Passing passing = Objects.requireNonNull(file);
        int length = (int) Math.min(bytes.length - at, passing.size - passing.flow.bytes());
        passing.flow.passed(passing.flow.bytes(), bytes, at, length);
        if (passing.flow.bytes() == passing.size) {
            next = Next.STATUS;
        }
        return length;
    }

    private void fileSent(boolean failed) {
        Passing passing = Objects.requireNonNull(file);
        passing.sent = true;
        passing.failed = failed;
        unanswered.add(new Unanswered.Sent(passing));
        file = null;
        next = Next.RECORD;
    }

    // --- whoever gets them ---

    private Heard answered(byte[] bytes) {
        for (int at = 0; at < bytes.length; at++) {
            byte b = bytes[at];
            boolean begins = answer.size() == 0;
            if (answer.size() == LONGEST_LINE || (begins && (b < 0 || b > FATAL || (b == 0 && unanswered.isEmpty())))) {
                return broken(answer, bytes, at);
            }
            if (begins && b == 0) {
                well(unanswered.remove());
            } else if (b != '\n') {
                answer.write(b);
            } else if (!refused(said(upload ? "the target" : "the client", answer))) {
                return broken(answer, bytes, at + 1);
            }
        }
        return understood();
    }

    private void well(Unanswered what) {
        switch (what) {
            case Unanswered.Little _ -> {}
            case Unanswered.Folder(Where where, long _) -> {
                if (upload) {
                    notes.add(
                            Note.event(new AuditEvent.FileMade(session, where.text(), "folder, if it was not there")));
                }
            }
            case Unanswered.Announced(Passing announced) -> {
                if (announced == file && next == Next.ANSWERED_FILE) {
                    begin();
                }
            }
            case Unanswered.Sent(Passing sent) -> notes.add(finished(sent, sent.failed));
        }
    }

    /** False if nobody knows any more what the sender's next bytes are. */
    private boolean refused(String words) {
        if (unanswered.isEmpty()) {
            return true;
        }
        switch (unanswered.remove()) {
            case Unanswered.Little _ -> {}
            case Unanswered.Folder(Where where, long number) -> {
                if (number != records) {
                    return false;
                }
                folders.pop();
                notes.add(Note.line("folder " + where.quoted() + ": failed: " + words));
            }
            case Unanswered.Announced(Passing announced) -> {
                if (announced != file || next != Next.ANSWERED_FILE) {
                    return false;
                }
                file = null;
                next = Next.RECORD;
                notes.add(Note.line((upload ? "write " : "read ") + announced.where.quoted() + ": failed: " + words));
            }
            case Unanswered.Sent(Passing sent) -> notes.add(finished(sent, upload || sent.failed));
        }
        return true;
    }

    // --- what is written down ---

    /** Words in the place of a status. All of them: nothing of what passes may be missing. */
    private String said(String who, ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        line.reset();
        String words = FileName.of(new String(bytes, 1, bytes.length - 1, StandardCharsets.ISO_8859_1))
                .text();
        notes.add(Note.line(who + " says: " + Inert.of(words)));
        return Inert.of(words);
    }

    private Note finished(Passing passed, boolean failed) {
        boolean whole = passed.sent && !failed;
        long bytes = passed.flow.bytes();
        Optional<String> sha256 = passed.flow.sha256(whole);
        String ranges = whole ? "" : passed.flow.ranges();
        String path = passed.where.text();
        return Note.of(
                "%s %s: %d bytes%s, sha256: %s%s"
                        .formatted(
                                upload ? "wrote" : "read",
                                passed.where.quoted(),
                                bytes,
                                ranges.isEmpty() ? "" : " (" + ranges + ")",
                                sha256.orElse("none (partial)"),
                                failed ? ", something was refused" : ""),
                upload
                        ? new AuditEvent.FileWritten(session, path, bytes, ranges, sha256)
                        : new AuditEvent.FileRead(session, path, bytes, ranges, sha256));
    }

    @Override
    public List<Note> end() {
        List<Note> last = new ArrayList<>();
        for (Unanswered waiting : unanswered) {
            if (waiting instanceof Unanswered.Sent(Passing sent)) {
                // What was read has passed, whoever got it; what was written may not be there.
                last.add(finished(sent, upload || sent.failed));
            }
        }
        unanswered.clear();
        if (file != null && next != Next.ANSWERED_FILE) {
            last.add(finished(file, false));
        }
        file = null;
        for (ByteArrayOutputStream line : List.of(record, answer)) {
            if (line.size() > 0) {
                last.add(Note.line("unfinished: "
                        + FileName.of(line.toString(StandardCharsets.ISO_8859_1))
                                .quoted()));
                line.reset();
            }
        }
        return last;
    }
}
