package sallyport.bastion.transfer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import sallyport.admin.Inert;
import sallyport.policy.FileAccess;
import sallyport.policy.FileLimits;
import sallyport.policy.FileRights;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.recorder.index.FileLines;

/**
 * One sftp session, version 3, as seen from between client and target: {@link #request} decides what of the client's goes on, before
 * it does; {@link #answer} matches what the target says with what was asked, by its id. It keeps what is open and what is not
 * answered yet, and nothing else; nothing is answered in the target's place but refusals. Where rules name paths or sizes, the target
 * is asked where a name leads ({@link Verdict.Ask}) before the request goes on.
 *
 * <p>Once {@link NotSftp} was thrown it is of no more use. For one thread.
 */
public final class Conversation implements Transfer {

    /**
     * Most requests that wait for the target's answer; another one is not to be brought until one is answered. OpenSSH's clients have
     * 64 under way, but some ask for all of a file at once (Paramiko), or write as fast as they are let (psftp).
     */
    public static final int MOST_WAITING = 1024;

    /** Most files and folders open at a time; another one is refused until one is closed. */
    public static final int MOST_OPEN = 256;

    private static final int VERSION_3 = 3;

    /** Longest handle (draft-ietf-secsh-filexfer-02 section 6.2). */
    private static final int LONGEST_HANDLE = 256;

    private static final int LONGEST_REMARK = 200;

    /** Where the numbers of questions from here begin; those of clients begin at 0 or 1. None that waits is taken. */
    private static final int FIRST_QUESTION = 0x5a000000;

    private final SessionId session;
    private FileRights allowed;
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

    /** What waits for what the target says to a question from here; the client's next requests wait with it. */
    private Optional<Held> held = Optional.empty();

    private int lastQuestion = FIRST_QUESTION;

    /** A request, and the question that it waits for. */
    private static final class Held {
        final byte[] packet;
        final int id;
        final Asked.Fit asked;
        final Resolving resolving;
        int question;

        Held(byte[] packet, int id, Asked.Fit asked, Resolving resolving) {
            this.packet = packet;
            this.id = id;
            this.asked = asked;
            this.resolving = resolving;
        }
    }

    /** @param allowed what the rules allow in this session */
    public Conversation(SessionId session, FileRights allowed) {
        this.session = session;
        this.allowed = allowed;
    }

    /** From here on the rules allow this; what is open already is no exception. */
    public void allow(FileRights now) {
        allowed = now;
    }

    // --- requests ---

    /** A size that cannot be said: an open file that is appended to, or copied into on the target. No limit allows it. */
    private static final long UNKNOWN = -1;

    private static final Set<FileAccess> READING = Set.of(FileAccess.READ);
    private static final Set<FileAccess> WRITING = Set.of(FileAccess.WRITE);
    private static final Set<FileAccess> BOTH = FileAccess.ALL;

    /** Whether as much waits for the target's answer as may: nothing more can be asked now. */
    public boolean isFull() {
        return waiting.size() >= MOST_WAITING;
    }

    /**
     * What becomes of what the client sent: one packet, whole. Not to be called while an earlier one waits ({@link Verdict.Ask}), and
     * not while it {@link #isFull}.
     */
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
        if (isFull()) {
            throw new IllegalStateException(MOST_WAITING + " requests are not answered yet");
        }
        return switch (asked(type, in)) {
            case Asked.Unfit(int status, String words) ->
                new Verdict.Refused(
                        status(id, status, words), List.of(Note.line("refused: " + words)), Optional.empty());
            case Asked.Fit fit -> decided(packet, id, fit);
        };
    }

    private Verdict decided(byte[] packet, int id, Asked.Fit fit) {
        Optional<String> cause = missing(fit.needs());
        if (cause.isPresent()) {
            return refused(id, fit, cause.get());
        }
        List<Place.Named> named = allowed.namePaths()
                ? fit.places().stream()
                        .filter(Place.Named.class::isInstance)
                        .map(Place.Named.class::cast)
                        .toList()
                : List.of();
        Optional<FileName> sizeOf = limit(FileAccess.READ).largest().isPresent()
                        && fit.waiting() instanceof Waiting.Opening(OpenFile file)
                        && file.isFor(OpenFile.READ)
                ? Optional.of(file.name())
                : Optional.empty();
        if (named.isEmpty() && sizeOf.isEmpty()) {
            return settled(packet, id, fit, List.of(), OptionalLong.empty());
        }
        Resolving resolving = new Resolving(named, sizeOf);
        return next(new Held(packet, id, fit, resolving), resolving.begin());
    }

    private FileLimits limit(FileAccess access) {
        return allowed.of(access).orElse(FileLimits.NONE);
    }

    private Verdict next(Held request, Resolving.Next next) {
        held = Optional.empty();
        return switch (next) {
            case Resolving.Next.Ask(int type, String name) -> {
                do {
                    lastQuestion++;
                } while (waiting.containsKey(lastQuestion) || lastQuestion == request.id);
                request.question = lastQuestion;
                held = Optional.of(request);
                yield new Verdict.Ask(question(type, lastQuestion, name));
            }
            case Resolving.Next.Known(var paths, OptionalLong bytes) ->
                settled(request.packet, request.id, request.asked, paths, bytes);
            case Resolving.Next.Lost(FileName name) ->
                refused(request.id, request.asked, "where " + name.quoted() + " leads cannot be found out");
        };
    }

    /** @param paths where its names lead, in their order; none if no rule asked for that */
    private Verdict settled(byte[] packet, int id, Asked.Fit fit, List<String> paths, OptionalLong bytes) {
        Optional<String> cause = missing(fit.needs())
                .or(() -> elsewhere(fit, paths))
                .or(() -> tooLong(fit.makes(), FileAccess.WRITE))
                .or(() -> tooLong(bytes, FileAccess.READ));
        if (cause.isPresent()) {
            return refused(id, fit, cause.get());
        }
        switch (fit.waiting()) {
            case Waiting.Writing(OpenFile file, long offset, int at, int length) ->
                file.writing(offset, packet, at, length);
            case Waiting.Opening(OpenFile file) when !paths.isEmpty() -> file.isAt(paths.getFirst());
            default -> {}
        }
        waiting.put(id, fit.waiting());
        return new Verdict.Forward(packet, fit.words().map(Note::line).stream().toList());
    }

    private Optional<String> missing(Set<FileAccess> needs) {
        // Of both, what changes something is the graver.
        if (needs.contains(FileAccess.WRITE) && !allowed.allows(FileAccess.WRITE)) {
            return Optional.of("changing files is not allowed to you here");
        }
        return needs.contains(FileAccess.READ) && !allowed.allows(FileAccess.READ)
                ? Optional.of("reading files is not allowed to you here")
                : Optional.empty();
    }

    private Optional<String> elsewhere(Asked.Fit fit, List<String> paths) {
        if (!allowed.namePaths()) {
            return Optional.empty();
        }
        int named = 0;
        for (Place place : fit.places()) {
            Optional<String> path = switch (place) {
                case Place.Named _ -> named < paths.size() ? Optional.of(paths.get(named++)) : Optional.empty();
                case Place.Held(OpenFile file, var _) -> file.path();
            };
            for (FileAccess access : place.as()) {
                FileLimits limits = limit(access);
                if (limits.namesPaths() && !path.map(limits::allowsPath).orElse(false)) {
                    return Optional.of(outside(path, access));
                }
            }
        }
        return fit.waiting() instanceof Waiting.Changing(Change change)
                        && change.namesAnew()
                        && allowed.allows(FileAccess.READ)
                        && paths.size() == 2
                ? opened(paths.get(0), paths.get(1))
                : Optional.empty();
    }

    /** What gets a name where it may be read must have been where it may be read, and so, if it is a folder, all that may be in it. */
    private Optional<String> opened(String from, String to) {
        FileLimits reading = limit(FileAccess.READ);
        if (reading.allowsPath(to) && !reading.allowsPath(from)) {
            return Optional.of(outside(Optional.of(from), FileAccess.READ));
        }
        return reading.opensNothingBelow(from, to)
                ? Optional.empty()
                : Optional.of("what is below " + FileName.of(from).quoted() + " could be read below "
                        + FileName.of(to).quoted() + ", and where it is it may not be");
    }

    private static String outside(Optional<String> path, FileAccess access) {
        return path.map(p -> FileName.of(p).quoted() + " is not where ")
                        .orElse("this was opened when other rules counted; it is not known whether that is where ")
                + (access == FileAccess.READ ? "reading" : "changing")
                + " files is allowed to you";
    }

    private Optional<String> tooLong(OptionalLong bytes, FileAccess access) {
        FileLimits limits = limit(access);
        if (bytes.isEmpty() || limits.allowsSize(bytes.getAsLong())) {
            return Optional.empty();
        }
        return Optional.of("%s%s files of more than %d bytes is not allowed to you here"
                .formatted(
                        bytes.getAsLong() == UNKNOWN ? "how large the file gets cannot be said, and " : "",
                        access == FileAccess.READ ? "reading" : "writing",
                        limits.largest().orElseThrow()));
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
        return new Verdict.Forward(passing, List.of());
    }

    private Verdict.Refused refused(int id, Asked.Fit fit, String cause) {
        Optional<OpenFile> file = switch (fit.waiting()) {
            case Waiting.Writing writing -> Optional.of(writing.file());
            case Waiting.Reading reading -> Optional.of(reading.file());
            default -> Optional.empty();
        };
        String words = fit.words().orElseGet(() -> words(fit.waiting()));
        // A client asks for a long file in many pieces at once.
        boolean first = file.map(OpenFile::refused).orElse(true);
        return new Verdict.Refused(
                status(id, PacketType.PERMISSION_DENIED, "bastion: " + cause),
                first
                        ? List.of(Note.of(
                                "refused: " + words + ": " + cause, new AuditEvent.FileRefused(session, words, cause)))
                        : List.of(),
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
                yield name.isFit() ? Asked.look(new Waiting.Sizing(Optional.of(name), Optional.empty())) : unfitName();
            }
            case PacketType.FSTAT ->
                switch (open.get(handle(in))) {
                    case OpenFile file -> Asked.look(new Waiting.Sizing(Optional.empty(), Optional.of(file)));
                    case Opened.Folder _ -> Asked.look(new Waiting.Looking(PacketType.ATTRS));
                    case null -> notOpen();
                };
            case PacketType.SETSTAT -> attributes(name(in), FileAttributes.read(in), true);
            case PacketType.FSETSTAT -> setOpen(in);
            case PacketType.OPENDIR -> {
                FileName name = name(in);
                yield opening(
                        name,
                        new Asked.Fit(
                                Set.of(),
                                List.of(),
                                OptionalLong.empty(),
                                Optional.of("list " + name.quoted()),
                                new Waiting.OpeningFolder(name)));
            }
            case PacketType.READDIR ->
                open.get(handle(in)) instanceof Opened.Folder
                        ? Asked.look(new Waiting.Looking(PacketType.NAME))
                        : notOpen();
            case PacketType.REMOVE -> at(new Change.Remove(name(in), false));
            case PacketType.RMDIR -> at(new Change.Remove(name(in), true));
            case PacketType.MKDIR -> at(new Change.MakeFolder(name(in)));
            case PacketType.REALPATH, PacketType.READLINK -> looking(name(in), PacketType.NAME);
            case PacketType.RENAME -> at(new Change.Rename(name(in), name(in)));
            case PacketType.SYMLINK -> {
                // What it points to comes first, other than in the draft: OpenSSH's PROTOCOL, section 4.1.
                FileName to = name(in);
                yield at(new Change.Link(name(in), to, false));
            }
            case PacketType.EXTENDED -> extended(in);
            default -> throw new NotSftp("the client sent what is not sftp: a packet of type " + type);
        };
    }

    private Asked extended(PacketReader in) throws NotSftp {
        String name = new String(in.string(), StandardCharsets.UTF_8);
        return switch (name) {
            case "posix-rename@openssh.com" -> at(new Change.Rename(name(in), name(in)));
            case "hardlink@openssh.com" -> {
                FileName to = name(in);
                yield at(new Change.Link(name(in), to, true));
            }
            case "lsetstat@openssh.com" -> attributes(name(in), FileAttributes.read(in), false);
            case "statvfs@openssh.com" -> looking(name(in), PacketType.EXTENDED_REPLY);
            case "expand-path@openssh.com", "home-directory" -> looking(name(in), PacketType.NAME);
            case "limits@openssh.com", "users-groups-by-id@openssh.com" ->
                Asked.look(new Waiting.Looking(PacketType.EXTENDED_REPLY));
            case "fsync@openssh.com" ->
                open.get(handle(in)) instanceof OpenFile
                        ? Asked.look(new Waiting.Looking(PacketType.STATUS))
                        : notOpen();
            case "fstatvfs@openssh.com" ->
                open.containsKey(handle(in)) ? Asked.look(new Waiting.Looking(PacketType.EXTENDED_REPLY)) : notOpen();
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
                file.name(),
                new Asked.Fit(
                        needs,
                        new Place.Named(file.name(), true, needs),
                        Optional.of("open " + file.name().quoted() + " " + file.purpose()),
                        new Waiting.Opening(file)));
    }

    private Asked opening(FileName name, Asked.Fit request) {
        if (!name.isFit()) {
            return unfitName();
        }
        long under = waiting.values().stream()
                .filter(w -> w instanceof Waiting.Opening || w instanceof Waiting.OpeningFolder)
                .count();
        return open.size() + under >= MOST_OPEN
                ? new Asked.Unfit(PacketType.PERMISSION_DENIED, MOST_OPEN + " files are open already")
                : request;
    }

    /** From here on its handle is the target's to give anew. */
    private Asked close(PacketReader in) throws NotSftp {
        return switch (open.remove(handle(in))) {
            case OpenFile file -> Asked.look(new Waiting.Closing(Optional.of(file)));
            case Opened.Folder _ -> Asked.look(new Waiting.Closing(Optional.empty()));
            case null -> notOpen();
        };
    }

    private Asked read(PacketReader in) throws NotSftp {
        if (open.get(handle(in)) instanceof OpenFile file && file.isFor(OpenFile.READ)) {
            return new Asked.Fit(
                    READING,
                    new Place.Held(file, READING),
                    Optional.empty(),
                    new Waiting.Reading(file, in.u64(), in.u32()));
        }
        return notOpen();
    }

    private Asked write(PacketReader in) throws NotSftp {
        if (open.get(handle(in)) instanceof OpenFile file && file.mayWrite()) {
            long offset = in.u64();
            int length = in.length();
            return new Asked.Fit(
                    WRITING,
                    List.of(new Place.Held(file, WRITING)),
                    OptionalLong.of(file.isFor(OpenFile.APPEND) ? UNKNOWN : end(offset, length)),
                    Optional.empty(),
                    new Waiting.Writing(file, offset, in.at(), length));
        }
        return notOpen();
    }

    /** Unknown if it is beyond a long. */
    private static long end(long offset, int length) {
        return offset < 0 ? UNKNOWN : offset + length;
    }

    private Asked setOpen(PacketReader in) throws NotSftp {
        return switch (open.get(handle(in))) {
            case OpenFile file -> {
                FileAttributes attributes = FileAttributes.read(in);
                // Clients that do not empty a file when they open it cut it to its length at the end: no change of its
                // own.
                boolean cuts = attributes.isSizeAlone() && file.mayWrite();
                Change change = new Change.Attributes(file.name(), attributes);
                yield new Asked.Fit(
                        WRITING,
                        List.of(new Place.Held(file, WRITING)),
                        attributes.size(),
                        cuts ? Optional.empty() : Optional.of(change.words()),
                        cuts
                                ? new Waiting.Cutting(file, attributes.size().orElseThrow())
                                : new Waiting.Changing(change));
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
            return new Asked.Fit(
                    BOTH,
                    List.of(new Place.Held(from, READING), new Place.Held(to, WRITING)),
                    OptionalLong.of(-1),
                    Optional.of(change.words()),
                    new Waiting.Changing(change));
        }
        return notOpen();
    }

    /** Something that is done to names. */
    private static Asked at(Change change) {
        return switch (change) {
            case Change.Remove(FileName name, boolean _) -> at(change, name.isFit(), place(name, false));
            case Change.MakeFolder(FileName name) -> at(change, name.isFit(), place(name, false));
            case Change.Rename(FileName from, FileName to) ->
                at(change, from.isFit() && to.isFit(), place(from, false), place(to, false));
            // A hard link is another name of a file, wherever that is; a link leads somewhere when it is used.
            case Change.Link(FileName name, FileName to, boolean hard) ->
                hard
                        ? at(change, name.isFit() && to.isFit(), place(to, true), place(name, false))
                        : at(change, name.isFit() && to.isFit(), place(name, false));
            case Change.Attributes(FileName name, FileAttributes attributes) -> attributes(name, attributes, true);
            case Change.Copy _ -> throw new IllegalArgumentException("nothing is copied by name");
        };
    }

    private static Place place(FileName name, boolean followed) {
        return new Place.Named(name, followed, WRITING);
    }

    private static Asked at(Change change, boolean fit, Place... places) {
        return fit
                ? new Asked.Fit(
                        WRITING,
                        List.of(places),
                        OptionalLong.empty(),
                        Optional.of(change.words()),
                        new Waiting.Changing(change))
                : unfitName();
    }

    private static Asked attributes(FileName name, FileAttributes attributes, boolean followed) {
        Change change = new Change.Attributes(name, attributes);
        return name.isFit()
                ? new Asked.Fit(
                        WRITING,
                        List.of(place(name, followed)),
                        attributes.size(),
                        Optional.of(change.words()),
                        new Waiting.Changing(change))
                : unfitName();
    }

    private static Asked looking(FileName name, int answer) {
        return name.isFit() ? Asked.look(new Waiting.Looking(answer)) : unfitName();
    }

    private static Asked unfitName() {
        return new Asked.Unfit(
                PacketType.PERMISSION_DENIED,
                "a name is longer than " + FileName.LONGEST + " bytes or has a NUL in it");
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

    private static byte[] question(int type, int id, String about) {
        byte[] name = about.getBytes(StandardCharsets.ISO_8859_1);
        int length = 1 + 4 + 4 + name.length;
        return ByteBuffer.allocate(4 + length)
                .putInt(length)
                .put((byte) type)
                .putInt(id)
                .putInt(name.length)
                .put(name)
                .array();
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

    /** What becomes of what the target sent: one packet, whole. */
    public Reply answer(byte[] packet) throws NotSftp {
        int type = PacketType.of(packet);
        PacketReader in = PacketReader.body(packet);
        if (!agreed) {
            version(type, in);
            return new Reply.Pass(List.of());
        }
        int id = (int) in.u32();
        if (held.isPresent() && held.get().question == id) {
            return new Reply.Settled(next(held.get(), held.get().resolving.answered(type, in)));
        }
        Waiting request = waiting.remove(id);
        if (request == null) {
            throw new NotSftp("the target sent what is not sftp: an answer to nothing");
        }
        if (type == PacketType.STATUS) {
            return new Reply.Pass(ended(request, in));
        }
        if (request instanceof Waiting.Reading reading && type == PacketType.DATA) {
            return read(id, reading, in, packet);
        }
        boolean answers = switch (request) {
            case Waiting.Looking(int answer) -> type == answer;
            case Waiting.Sizing(var name, var file) -> type == PacketType.ATTRS && isLong(name, file, in);
            case Waiting.Opening(OpenFile file) -> type == PacketType.HANDLE && opened(file, in);
            case Waiting.OpeningFolder _ -> type == PacketType.HANDLE && opened(new Opened.Folder(), in);
            case Waiting.Reading _, Waiting.Writing _, Waiting.Closing _, Waiting.Cutting _, Waiting.Changing _ ->
                false;
        };
        if (!answers) {
            throw new NotSftp("the target sent what is not sftp: an answer of type " + type + " to something else");
        }
        return new Reply.Pass(List.of());
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

    private Reply read(int id, Waiting.Reading reading, PacketReader in, byte[] packet) throws NotSftp {
        int length = in.length();
        if (length > reading.length()) {
            throw new NotSftp("the target sent what is not sftp: more than was asked for");
        }
        // It may be longer than it was when it was opened, or have said nothing of its size.
        Optional<String> cause = tooLong(OptionalLong.of(end(reading.offset(), length)), FileAccess.READ);
        if (cause.isPresent()) {
            Asked.Fit asked =
                    new Asked.Fit(READING, new Place.Held(reading.file(), READING), Optional.empty(), reading);
            return new Reply.Instead(refused(id, asked, cause.get()));
        }
        reading.file().read(reading.offset(), packet, in.at(), length);
        return new Reply.Pass(List.of());
    }

    /** A STATUS came. */
    private List<Note> ended(Waiting request, PacketReader in) throws NotSftp {
        long code = in.u32();
        boolean well = code == PacketType.OK;
        String words = in.hasMore() ? remark(new String(in.string(), StandardCharsets.UTF_8)) : "";
        String failed = FileLines.SAID + (words.isEmpty() ? "status " + code : words);
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
