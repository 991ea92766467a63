package sallyport.bastion.transfer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sallyport.admin.Inert;
import sallyport.policy.FileAccess;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/**
 * One sftp session, version 3, as seen from between client and target: {@link #request} decides what of the client's goes on, before
 * it does; {@link #answer} matches what the target says with what was asked, by its id. It keeps what is open and what is not
 * answered yet, and nothing else; nothing is answered in the target's place but refusals.
 *
 * <p>Once {@link NotSftp} was thrown it is of no more use. For one thread.
 */
public final class Conversation {

    /** Most requests that wait for the target's answer: OpenSSH's clients have 64 under way, others up to 128 for each file. */
    public static final int MOST_WAITING = 1024;

    /** Most files and folders open at a time; another one is refused until one is closed. */
    public static final int MOST_OPEN = 256;

    private static final int VERSION_3 = 3;

    /** Longest handle (draft-ietf-secsh-filexfer-02 section 6.2). */
    private static final int LONGEST_HANDLE = 256;

    private static final int LONGEST_REMARK = 200;

    private final SessionId session;
    private Set<FileAccess> allowed;
    private final Map<Integer, Waiting> waiting = new HashMap<>();

    /** By the handle's bytes, each as a character. */
    private final Map<String, Opened> open = new HashMap<>();

    /** Files that there is still something to say of, in the order they were opened; some may be closing. */
    private final Set<OpenFile> unfinished = new LinkedHashSet<>();

    private boolean greeted;
    private boolean agreed;

    /** Which file's size the client asked for last: clients do, before they read it. */
    private Optional<FileName> sized = Optional.empty();

    private long size;

    /** @param allowed what the rules allow in this session */
    public Conversation(SessionId session, Set<FileAccess> allowed) {
        this.session = session;
        this.allowed = Set.copyOf(allowed);
    }

    /** From here on the rules allow this; what is open already is no exception. */
    public void allow(Set<FileAccess> now) {
        allowed = Set.copyOf(now);
    }

    // --- requests ---

    /** What is asked, and whether it can go on if it may. */
    private sealed interface Asked {

        /**
         * It can.
         *
         * @param needs what must be allowed for it
         * @param words what is written down before it goes on; empty: nothing
         */
        record Fit(Set<FileAccess> needs, Optional<String> words, Waiting waiting) implements Asked {}

        /** It cannot: the target would misunderstand it, or nobody would know what it does. */
        record Unfit(int status, String words) implements Asked {}
    }

    private static final Set<FileAccess> NOTHING = Set.of();
    private static final Set<FileAccess> READING = Set.of(FileAccess.READ);
    private static final Set<FileAccess> WRITING = Set.of(FileAccess.WRITE);
    private static final Set<FileAccess> BOTH = FileAccess.ALL;

    /** What becomes of what the client sent: one packet, whole. */
    public Verdict request(byte[] packet) throws NotSftp {
        int type = PacketType.of(packet);
        PacketReader in = PacketReader.body(packet);
        if (!greeted) {
            return greeting(type, in, packet);
        }
        int id = (int) in.u32();
        if (type == PacketType.INIT) {
            throw new NotSftp("the client sent what is not sftp: it begins a second time");
        }
        if (waiting.containsKey(id)) {
            throw new NotSftp("the client sent what is not sftp: two requests of the same number");
        }
        if (waiting.size() >= MOST_WAITING) {
            throw new NotSftp("the client asks too much at a time: " + MOST_WAITING + " requests are not answered yet");
        }
        return switch (asked(type, in)) {
            case Asked.Unfit(int status, String words) ->
                new Verdict.Refused(
                        status(id, status, words), List.of(Note.line("refused: " + words)), Optional.empty());
            case Asked.Fit(var needs, var words, Waiting request) -> {
                if (!allowed.containsAll(needs)) {
                    yield refused(id, needs, words.orElseGet(() -> words(request)));
                }
                if (request instanceof Waiting.Writing(OpenFile file, long offset, int at, int length)) {
                    file.writing(offset, packet, at, length);
                }
                waiting.put(id, request);
                yield new Verdict.Forward(packet, words.map(Note::line).stream().toList());
            }
        };
    }

    /** Version 3 is agreed on, whatever newer one the client has: nobody here would understand that. */
    private Verdict greeting(int type, PacketReader in, byte[] packet) throws NotSftp {
        if (type != PacketType.INIT) {
            throw new NotSftp("the client sent what is not sftp: it does not begin with INIT");
        }
        greeted = true;
        byte[] passing = packet;
        if (in.u32() > VERSION_3) {
            passing = packet.clone();
            ByteBuffer.wrap(passing).putInt(5, VERSION_3);
        }
        return new Verdict.Forward(
                passing, List.of(Note.line("sftp: operations on files follow, not what is in the files")));
    }

    private Verdict refused(int id, Set<FileAccess> needs, String words) {
        boolean changing = needs.contains(FileAccess.WRITE) && !allowed.contains(FileAccess.WRITE);
        String cause =
                changing ? "changing files is not allowed to you here" : "reading files is not allowed to you here";
        return new Verdict.Refused(
                status(id, PacketType.PERMISSION_DENIED, "bastion: " + cause),
                List.of(Note.of("refused: " + words, new AuditEvent.FileRefused(session, words, cause))),
                Optional.of(cause + "; refused: " + words));
    }

    private static String words(Waiting request) {
        return switch (request) {
            case Waiting.Reading reading -> "read " + reading.file().name().quoted();
            case Waiting.Writing writing -> "write " + writing.file().name().quoted();
            case Waiting.Cutting cutting -> "cut " + cutting.file().name().quoted();
            case Waiting.Looking _,
                    Waiting.Sizing _,
                    Waiting.Opening _,
                    Waiting.OpeningFolder _,
                    Waiting.Closing _,
                    Waiting.Changing _ -> "a request";
        };
    }

    private Asked asked(int type, PacketReader in) throws NotSftp {
        return switch (type) {
            case PacketType.OPEN -> open(in);
            case PacketType.CLOSE -> close(in);
            case PacketType.READ -> read(in);
            case PacketType.WRITE -> write(in);
            case PacketType.LSTAT -> looking(name(in), PacketType.ATTRS);
            case PacketType.STAT -> {
                FileName name = name(in);
                yield name.isFit() ? look(new Waiting.Sizing(Optional.of(name), Optional.empty())) : unfitName();
            }
            case PacketType.FSTAT ->
                switch (open.get(handle(in))) {
                    case OpenFile file -> look(new Waiting.Sizing(Optional.empty(), Optional.of(file)));
                    case Opened.Folder _ -> look(new Waiting.Looking(PacketType.ATTRS));
                    case null -> notOpen();
                };
            case PacketType.SETSTAT -> changing(new Change.Attributes(name(in), FileAttributes.read(in)));
            case PacketType.FSETSTAT -> setOpen(in);
            case PacketType.OPENDIR -> {
                FileName name = name(in);
                yield opening(name, NOTHING, "list " + name.quoted(), new Waiting.OpeningFolder(name));
            }
            case PacketType.READDIR ->
                open.get(handle(in)) instanceof Opened.Folder ? look(new Waiting.Looking(PacketType.NAME)) : notOpen();
            case PacketType.REMOVE -> changing(new Change.Remove(name(in), false));
            case PacketType.RMDIR -> changing(new Change.Remove(name(in), true));
            case PacketType.MKDIR -> changing(new Change.MakeFolder(name(in)));
            case PacketType.REALPATH, PacketType.READLINK -> looking(name(in), PacketType.NAME);
            case PacketType.RENAME -> changing(new Change.Rename(name(in), name(in)));
            case PacketType.SYMLINK -> {
                // What it points to comes first, other than in the draft: OpenSSH's PROTOCOL, section 4.1.
                FileName to = name(in);
                yield changing(new Change.Link(name(in), to, false));
            }
            case PacketType.EXTENDED -> extended(in);
            default -> throw new NotSftp("the client sent what is not sftp: a packet of type " + type);
        };
    }

    private Asked extended(PacketReader in) throws NotSftp {
        String name = new String(in.string(), StandardCharsets.UTF_8);
        return switch (name) {
            case "posix-rename@openssh.com" -> changing(new Change.Rename(name(in), name(in)));
            case "hardlink@openssh.com" -> {
                FileName to = name(in);
                yield changing(new Change.Link(name(in), to, true));
            }
            case "lsetstat@openssh.com" -> changing(new Change.Attributes(name(in), FileAttributes.read(in)));
            case "statvfs@openssh.com" -> looking(name(in), PacketType.EXTENDED_REPLY);
            case "expand-path@openssh.com", "home-directory" -> looking(name(in), PacketType.NAME);
            case "limits@openssh.com", "users-groups-by-id@openssh.com" ->
                look(new Waiting.Looking(PacketType.EXTENDED_REPLY));
            case "fsync@openssh.com" ->
                open.get(handle(in)) instanceof OpenFile ? look(new Waiting.Looking(PacketType.STATUS)) : notOpen();
            case "fstatvfs@openssh.com" ->
                open.containsKey(handle(in)) ? look(new Waiting.Looking(PacketType.EXTENDED_REPLY)) : notOpen();
            case "copy-data" -> copy(in);
            default ->
                new Asked.Unfit(PacketType.OP_UNSUPPORTED, "the extension " + remark(name) + " is not known here");
        };
    }

    private Asked open(PacketReader in) throws NotSftp {
        OpenFile file = new OpenFile(name(in), in.u32());
        Set<FileAccess> needs = !file.mayWrite() ? READING : file.isFor(OpenFile.READ) ? BOTH : WRITING;
        if (sized.filter(file.name()::equals).isPresent()) {
            file.isLong(size);
        }
        return opening(
                file.name(), needs, "open " + file.name().quoted() + " " + file.purpose(), new Waiting.Opening(file));
    }

    private Asked opening(FileName name, Set<FileAccess> needs, String words, Waiting request) {
        if (!name.isFit()) {
            return unfitName();
        }
        long under = waiting.values().stream()
                .filter(w -> w instanceof Waiting.Opening || w instanceof Waiting.OpeningFolder)
                .count();
        return open.size() + under >= MOST_OPEN
                ? new Asked.Unfit(PacketType.FAILURE, MOST_OPEN + " files are open already")
                : new Asked.Fit(needs, Optional.of(words), request);
    }

    /** From here on its handle is the target's to give anew. */
    private Asked close(PacketReader in) throws NotSftp {
        return switch (open.remove(handle(in))) {
            case OpenFile file -> look(new Waiting.Closing(Optional.of(file)));
            case Opened.Folder _ -> look(new Waiting.Closing(Optional.empty()));
            case null -> notOpen();
        };
    }

    private Asked read(PacketReader in) throws NotSftp {
        if (open.get(handle(in)) instanceof OpenFile file && file.isFor(OpenFile.READ)) {
            return new Asked.Fit(READING, Optional.empty(), new Waiting.Reading(file, in.u64(), in.u32()));
        }
        return notOpen();
    }

    private Asked write(PacketReader in) throws NotSftp {
        if (open.get(handle(in)) instanceof OpenFile file && file.mayWrite()) {
            long offset = in.u64();
            int length = in.length();
            return new Asked.Fit(WRITING, Optional.empty(), new Waiting.Writing(file, offset, in.at(), length));
        }
        return notOpen();
    }

    private Asked setOpen(PacketReader in) throws NotSftp {
        return switch (open.get(handle(in))) {
            case OpenFile file -> {
                FileAttributes attributes = FileAttributes.read(in);
                // Clients that do not empty a file when they open it cut it to its length at the end: no change of its
                // own.
                yield attributes.isSizeAlone() && file.mayWrite()
                        ? new Asked.Fit(
                                WRITING,
                                Optional.empty(),
                                new Waiting.Cutting(file, attributes.size().orElseThrow()))
                        : changing(new Change.Attributes(file.name(), attributes));
            }
            case Opened.Folder _ -> notOpen();
            case null -> notOpen();
        };
    }

    private Asked copy(PacketReader in) throws NotSftp {
        Opened source = open.get(handle(in));
        in.skip(16);
        if (source instanceof OpenFile from
                && open.get(handle(in)) instanceof OpenFile to
                && from.isFor(OpenFile.READ)
                && to.mayWrite()) {
            from.copiedFrom();
            to.copiedInto();
            Change change = new Change.Copy(from.name(), to.name());
            return new Asked.Fit(BOTH, Optional.of(change.words()), new Waiting.Changing(change));
        }
        return notOpen();
    }

    private static Asked changing(Change change) {
        boolean fit = switch (change) {
            case Change.Remove(FileName name, boolean _) -> name.isFit();
            case Change.Rename(FileName from, FileName to) -> from.isFit() && to.isFit();
            case Change.MakeFolder(FileName name) -> name.isFit();
            case Change.Link(FileName name, FileName to, boolean _) -> name.isFit() && to.isFit();
            case Change.Attributes(FileName name, FileAttributes _) -> name.isFit();
            case Change.Copy _ -> true;
        };
        return fit ? new Asked.Fit(WRITING, Optional.of(change.words()), new Waiting.Changing(change)) : unfitName();
    }

    private static Asked looking(FileName name, int answer) {
        return name.isFit() ? look(new Waiting.Looking(answer)) : unfitName();
    }

    private static Asked look(Waiting request) {
        return new Asked.Fit(NOTHING, Optional.empty(), request);
    }

    private static Asked unfitName() {
        return new Asked.Unfit(
                PacketType.FAILURE, "a name is longer than " + FileName.LONGEST + " bytes or has a NUL in it");
    }

    /** The target would say so too; but it is not asked what only it knows to be open. */
    private static Asked notOpen() {
        return new Asked.Unfit(PacketType.FAILURE, "nothing of that handle is open for this");
    }

    private static FileName name(PacketReader in) throws NotSftp {
        return new FileName(in.string());
    }

    private static String handle(PacketReader in) throws NotSftp {
        return new String(in.string(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] status(int id, int code, String words) {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        int length = 1 + 4 + 4 + 4 + text.length + 4;
        return ByteBuffer.allocate(4 + length)
                .putInt(length)
                .put((byte) PacketType.STATUS)
                .putInt(id)
                .putInt(code)
                .putInt(text.length)
                .put(text)
                .putInt(0)
                .array();
    }

    // --- answers ---

    /** What is to be written down before this of the target's, one packet, whole, goes to the client. */
    public List<Note> answer(byte[] packet) throws NotSftp {
        int type = PacketType.of(packet);
        PacketReader in = PacketReader.body(packet);
        if (!agreed) {
            version(type, in);
            return List.of();
        }
        Waiting request = waiting.remove((int) in.u32());
        if (request == null) {
            throw new NotSftp("the target sent what is not sftp: an answer to nothing");
        }
        if (type == PacketType.STATUS) {
            return ended(request, in);
        }
        boolean answers = switch (request) {
            case Waiting.Looking(int answer) -> type == answer;
            case Waiting.Sizing(var name, var file) -> type == PacketType.ATTRS && isLong(name, file, in);
            case Waiting.Opening(OpenFile file) -> type == PacketType.HANDLE && opened(file, in);
            case Waiting.OpeningFolder _ -> type == PacketType.HANDLE && opened(new Opened.Folder(), in);
            case Waiting.Reading(OpenFile file, long offset, long length) ->
                type == PacketType.DATA && read(file, offset, length, in, packet);
            case Waiting.Writing _, Waiting.Closing _, Waiting.Cutting _, Waiting.Changing _ -> false;
        };
        if (!answers) {
            throw new NotSftp("the target sent what is not sftp: an answer of type " + type + " to something else");
        }
        return List.of();
    }

    private void version(int type, PacketReader in) throws NotSftp {
        if (type != PacketType.VERSION || !greeted) {
            throw new NotSftp("the target sent what is not sftp: it does not begin with VERSION");
        }
        long version = in.u32();
        if (version != VERSION_3) {
            throw new NotSftp("the target speaks version " + version + " of sftp, and only version 3 is known here");
        }
        agreed = true;
    }

    private boolean isLong(Optional<FileName> name, Optional<OpenFile> file, PacketReader in) throws NotSftp {
        FileAttributes attributes = FileAttributes.read(in);
        attributes.size().ifPresent(bytes -> {
            if (name.isPresent()) {
                sized = name;
                size = bytes;
            }
            file.ifPresent(f -> f.isLong(bytes));
        });
        return true;
    }

    private boolean opened(Opened what, PacketReader in) throws NotSftp {
        String handle = handle(in);
        if (handle.length() > LONGEST_HANDLE || open.containsKey(handle)) {
            throw new NotSftp("the target sent what is not sftp: a handle that is too long, or is in use");
        }
        open.put(handle, what);
        if (what instanceof OpenFile file) {
            unfinished.add(file);
        }
        return true;
    }

    private static boolean read(OpenFile file, long offset, long asked, PacketReader in, byte[] packet) throws NotSftp {
        int length = in.length();
        if (length > asked) {
            throw new NotSftp("the target sent what is not sftp: more than was asked for");
        }
        file.read(offset, packet, in.at(), length);
        return true;
    }

    /** A STATUS came. */
    private List<Note> ended(Waiting request, PacketReader in) throws NotSftp {
        long code = in.u32();
        boolean well = code == PacketType.OK;
        String words = in.hasMore() ? remark(new String(in.string(), StandardCharsets.UTF_8)) : "";
        String failed = ": failed: " + (words.isEmpty() ? "status " + code : words);
        return switch (request) {
            case Waiting.Looking _, Waiting.Sizing _ -> List.of();
            case Waiting.Opening(OpenFile file) ->
                List.of(Note.line("open " + file.name().quoted() + " " + file.purpose() + failed));
            case Waiting.OpeningFolder(FileName name) -> List.of(Note.line("list " + name.quoted() + failed));
            case Waiting.Reading(OpenFile file, long offset, long _) -> {
                if (code == PacketType.EOF) {
                    file.ended(offset);
                }
                yield List.of();
            }
            case Waiting.Writing writing -> {
                writing.file().written(well);
                yield List.of();
            }
            case Waiting.Cutting(OpenFile file, long bytes) ->
                well && !file.wasSetTo(bytes) ? List.of(cut(file, bytes)) : List.of();
            case Waiting.Closing(var file) -> file.map(f -> closed(f, well)).orElse(List.of());
            case Waiting.Changing(Change change) ->
                List.of(well ? Note.event(change.event(session)) : Note.line(change.words() + failed));
        };
    }

    private Note cut(OpenFile file, long bytes) {
        String what = "size " + bytes;
        return Note.of(
                "changed " + file.name().quoted() + ": " + what,
                new AuditEvent.FileChanged(session, file.name().text(), what));
    }

    private List<Note> closed(OpenFile file, boolean well) {
        file.closed(well);
        unfinished.remove(file);
        return file.notes(session);
    }

    /** The session is over: what there is to say of files that were not closed. Called once. */
    public List<Note> end() {
        List<Note> notes = new ArrayList<>();
        unfinished.forEach(file -> notes.addAll(file.notes(session)));
        unfinished.clear();
        return notes;
    }

    /** What a peer says, short and inert. */
    private static String remark(String text) {
        String inert = Inert.of(text);
        return inert.length() > LONGEST_REMARK ? inert.substring(0, LONGEST_REMARK) + "…" : inert;
    }
}
