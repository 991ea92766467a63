package sallyport.recorder.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folders of a store: one for each day, in it one for each session. For their owner alone. */
final class Folders {

    /** Names what is not sealed and packed yet: a link to the folder of each such session. */
    private static final String OPEN = "open";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Pattern SESSION_ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{2,4}");

    private final Path root;

    Folders(Path root) {
        this.root = root.toAbsolutePath();
    }

    /** Whether this is the text of a UUID, and so safe as the name of a folder. */
    static boolean isSessionId(String text) {
        return SESSION_ID.matcher(text).matches();
    }

    /**
     * Makes the folder of a session, which must be new, and what is above it, and notes it as open. The note is there and safe before
     * anything is in the folder, so that no crash leaves a recording that nobody looks for.
     */
    Path make(String sessionId, Instant startedAt) throws IOException {
        Path day = day(startedAt.atOffset(ZoneOffset.UTC).toLocalDate());
        makeIfAbsent(day);
        Path session = day.resolve(sessionId);
        if (Files.exists(session)) {
            throw new FileAlreadyExistsException(session.toString());
        }
        Path open = note(sessionId, session);
        Files.createDirectory(session, OWNER_ALONE);
        // Together, which on a journaling file system is little more than one of them.
        sync(open);
        sync(day);
        return session;
    }

    /** Returns the folder to sync. */
    private Path note(String sessionId, Path session) throws IOException {
        Path open = root.resolve(OPEN);
        makeIfAbsent(open);
        Path note = open.resolve(sessionId);
        Files.deleteIfExists(note);
        Files.createSymbolicLink(note, open.relativize(session));
        return open;
    }

    /** The session is sealed and packed, or there is nothing of it. */
    void forget(String sessionId) throws IOException {
        Path open = root.resolve(OPEN);
        if (Files.deleteIfExists(open.resolve(sessionId))) {
            sync(open);
        }
    }

    /** Which sessions are noted as open, by their ids; empty if nothing ever was. */
    Optional<List<String>> open() throws IOException {
        try (Stream<Path> notes = Files.list(root.resolve(OPEN))) {
            return Optional.of(notes.map(Folders::nameOf)
                    .filter(Folders::isSessionId)
                    .sorted()
                    .toList());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** Where an open session is, or was to be. */
    Optional<Path> noted(String sessionId) throws IOException {
        Path open = root.resolve(OPEN);
        Path session =
                open.resolve(Files.readSymbolicLink(open.resolve(sessionId))).normalize();
        return session.startsWith(root) && nameOf(session).equals(sessionId) && Files.isDirectory(session)
                ? Optional.of(session)
                : Optional.empty();
    }

    /** Makes sure that there is a list of open sessions, so that its absence means an earlier version. */
    void keepList() throws IOException {
        makeIfAbsent(root.resolve(OPEN));
    }

    private Path day(LocalDate date) {
        return root.resolve(String.format(Locale.ROOT, "%04d", date.getYear()))
                .resolve(String.format(Locale.ROOT, "%02d", date.getMonthValue()))
                .resolve(String.format(Locale.ROOT, "%02d", date.getDayOfMonth()));
    }

    static void makeIfAbsent(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = of(folder);
        makeIfAbsent(above);
        try {
            Files.createDirectory(folder, OWNER_ALONE);
            sync(above);
        } catch (FileAlreadyExistsException raced) {
            if (!Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder.toString());
            }
        }
    }

    /** The folder of a session. */
    Optional<Path> find(String sessionId) throws IOException {
        for (Path day : days()) {
            Path session = day.resolve(sessionId);
            if (Files.isDirectory(session)) {
                return Optional.of(session);
            }
        }
        return Optional.empty();
    }

    /** The folder of every session, oldest day first. */
    List<Path> all() throws IOException {
        List<Path> sessions = new ArrayList<>();
        for (Path day : days().reversed()) {
            sessions.addAll(children(day, SESSION_ID));
        }
        return sessions;
    }

    /** The folders of days, newest first. */
    private List<Path> days() throws IOException {
        List<Path> days = new ArrayList<>();
        for (Path year : children(root, NUMBER)) {
            for (Path month : children(year, NUMBER)) {
                days.addAll(children(month, NUMBER));
            }
        }
        days.sort(Comparator.reverseOrder());
        return days;
    }

    private static List<Path> children(Path folder, Pattern name) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> name.matcher(nameOf(child)).matches() && Files.isDirectory(child))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException absent) {
            return List.of();
        }
    }

    /** The folder that {@code path} is in. */
    static Path of(Path path) {
        return Objects.requireNonNull(path.getParent(), "the root of the file system is in no folder");
    }

    static String nameOf(Path path) {
        return Objects.requireNonNull(path.getFileName(), "the root of the file system has no name")
                .toString();
    }

    /** Makes sure that what was made in {@code folder} is still there after a loss of power. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Whether {@code error} is ENOSPC: Java has no other sign of it than the words of the C library. */
    static boolean isFull(IOException error) {
        return words(error).equals("No space left on device");
    }

    /** What an I/O error means to a reader who does not know Java. */
    static String words(Throwable error) {
        if (error instanceof NoSuchFileException) {
            return "not there";
        }
        if (error instanceof AccessDeniedException) {
            return "not permitted";
        }
        if (error instanceof NotDirectoryException) {
            return "a file is where a folder belongs";
        }
        if (error instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }
}
