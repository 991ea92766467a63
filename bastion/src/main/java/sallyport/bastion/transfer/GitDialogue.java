package sallyport.bastion.transfer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sallyport.policy.FileAccess;
import sallyport.policy.FileRights;
import sallyport.policy.TransferCommand;
import sallyport.policy.session.SessionId;

/**
 * What a git client and {@code git-upload-pack} or {@code git-receive-pack} say to each other (git's gitprotocol-pack), as far as it says
 * which repository, which refs and how much. What the target sends is pkt-lines throughout where both can side-band, which every git of
 * these years can; a pack without them is where the protocol ends for us, and is recorded. What is in objects is not looked at.
 */
final class GitDialogue implements Dialogue {

    /** Most refs of one push that are written down each for itself. */
    static final int MOST_REFS = 1000;

    /** Most of a target's report that is read, in bytes. */
    private static final int LONGEST_REPORT = 256 * 1024;

    private static final int LONGEST_SUMMARY = 2000;

    /** Packs, progress and errors have bands of their own (side-band-64k). */
    private static final int BAND_DATA = 1;

    private static final int BAND_SHOWN = 2;

    private static final int BAND_ERROR = 3;

    private static final Pattern COMMAND =
            Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([^\0\n]+).*", Pattern.DOTALL);

    private final SessionId session;
    private final TransferCommand.Git command;
    private final FileName path;
    private final boolean push;
    private final List<Note> notes = new ArrayList<>();
    private final PktLines fromTarget = new PktLines(this::said);
    private final PktLines fromClient = new PktLines(this::asked);
    private final PktLines report = new PktLines(this::reported);
    private final Map<String, String> refs = new LinkedHashMap<>();
    private int moreRefs;
    private int reportBytes;
    private boolean begun;
    private long bytesFromTarget;
    private long bytesFromClient;

    GitDialogue(SessionId session, TransferCommand.Git command) {
        this.session = session;
        this.command = command;
        this.path = FileName.of(command.path());
        this.push = command.access() == FileAccess.WRITE;
    }

    @Override
    public boolean isAllowed(FileRights now) {
        return TransferCommand.refusal(command, now).isEmpty();
    }

    @Override
    public boolean leavesOut() {
        return true;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            notes.add(Note.line(command.program() + " " + path.quoted()));
        }
    }

    private List<Note> noted() {
        List<Note> now = List.copyOf(notes);
        notes.clear();
        return now;
    }

    @Override
    public Heard fromTarget(byte[] bytes) {
        begin();
        bytesFromTarget += bytes.length;
        int understood = fromTarget.take(bytes, 0, false);
        if (understood == bytes.length) {
            return Heard.understood(noted());
        }
        notes.addAll(end());
        return Heard.broken(noted(), rest(fromTarget, bytes, understood));
    }

    private static byte[] rest(PktLines lines, byte[] bytes, int understood) {
        byte[] digits = lines.begun();
        byte[] rest = Arrays.copyOf(digits, digits.length + bytes.length - understood);
        System.arraycopy(bytes, understood, rest, digits.length, bytes.length - understood);
        return rest;
    }

    /** Of what a client of {@code git-upload-pack} wants only the amount is written down; what it has is in the answer. */
    @Override
    public Heard fromClient(byte[] bytes) {
        begin();
        bytesFromClient += bytes.length;
        if (push && !fromClient.isFlushed()) {
            int understood = fromClient.take(bytes, 0, true);
            if (understood < bytes.length && !fromClient.isFlushed()) {
                notes.add(Note.line("the client says what is not git; its refs are not known"));
                notes.addAll(end());
                return Heard.broken(noted(), rest(fromClient, bytes, understood));
            }
        }
        return Heard.understood(noted());
    }

    /** A line of a push, before its pack: {@code old new ref}, and behind a NUL what the client can. */
    private void asked(byte[] line) {
        Matcher ref = COMMAND.matcher(new String(line, StandardCharsets.ISO_8859_1));
        if (!ref.matches()) {
            return;
        }
        if (refs.size() == MOST_REFS) {
            moreRefs++;
            return;
        }
        FileName name = FileName.of(ref.group(3));
        refs.put(name.text(), "");
        notes.add(Note.line(
                "push to %s: %s from %s to %s".formatted(path.quoted(), name.text(), ref.group(1), ref.group(2))));
    }

    private void said(byte[] line) {
        if (line.length > 1 && (line[0] == BAND_SHOWN || line[0] == BAND_ERROR)) {
            shown(line);
        } else if (line.length > 4 && new String(line, 0, 4, StandardCharsets.ISO_8859_1).equals("ERR ")) {
            notes.add(Note.line("the target says: " + text(line, 4)));
        } else if (push && fromClient.isFlushed() && line.length > 0) {
            if (line[0] != BAND_DATA) {
                reported(line);
            } else if (reportBytes + line.length <= LONGEST_REPORT) {
                reportBytes += line.length;
                var _ = report.take(line, 1, false);
            }
        }
    }

    /** People see this, and a hook of theirs may say in it whatever it likes: all of it is recorded. */
    private void shown(byte[] line) {
        for (int at = 1; at < line.length; at += FileName.LONGEST) {
            int end = Math.min(line.length, at + FileName.LONGEST);
            notes.add(Note.line("the target says: " + text(Arrays.copyOfRange(line, at, end), 0)));
        }
    }

    /** What became of one ref: {@code ok ref} or {@code ng ref why}. */
    private void reported(byte[] line) {
        String[] words = text(line, 0).split(" ", 3);
        if (words.length >= 2 && refs.containsKey(words[1])) {
            switch (words[0]) {
                case "ok" -> refs.put(words[1], "done");
                case "ng" -> refs.put(words[1], "refused" + (words.length == 3 ? " (" + words[2] + ")" : ""));
                default -> {}
            }
        }
    }

    private static String text(byte[] line, int from) {
        return FileName.of(new String(line, from, line.length - from, StandardCharsets.ISO_8859_1).stripTrailing())
                .text();
    }

    @Override
    public List<Note> end() {
        if (!begun) {
            return List.of();
        }
        begun = false;
        StringBuilder what = new StringBuilder();
        refs.forEach((name, became) -> {
            if (what.length() < LONGEST_SUMMARY) {
                what.append(what.isEmpty() ? "" : "; ")
                        .append(name)
                        .append(": ")
                        .append(became.isEmpty() ? "asked for" : became);
            }
        });
        if (moreRefs > 0 || what.length() >= LONGEST_SUMMARY) {
            what.append("; and more");
        }
        return List.of(Copied.note(
                session, command, path.text(), path.quoted(), bytesFromTarget, bytesFromClient, what.toString()));
    }
}
