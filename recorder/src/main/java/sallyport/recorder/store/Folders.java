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

    /** The asciicast file in the folder of a session. */
    static final String CAST = "part-0001.cast";

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

    /** Makes the folder of a session, which must be new, and what is above it. Returns where its recording belongs. */
    Path make(String sessionId, Instant startedAt) throws IOException {
        Path folder = day(startedAt.atOffset(ZoneOffset.UTC).toLocalDate());
        makeIfAbsent(folder);
        Path session = folder.resolve(sessionId);
        Files.createDirectory(session, OWNER_ALONE);
        sync(folder);
        return session.resolve(CAST);
    }

    private Path day(LocalDate date) {
        return root.resolve(String.format(Locale.ROOT, "%04d", date.getYear()))
                .resolve(String.format(Locale.ROOT, "%02d", date.getMonthValue()))
                .resolve(String.format(Locale.ROOT, "%02d", date.getDayOfMonth()));
    }

    private static void makeIfAbsent(Path folder) throws IOException {
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

    /** Where the recording of a session is. */
    Optional<Path> find(String sessionId) throws IOException {
        for (Path day : days()) {
            Path cast = day.resolve(sessionId).resolve(CAST);
            if (Files.exists(cast)) {
                return Optional.of(cast);
            }
        }
        return Optional.empty();
    }

    /** Every recording, oldest day first. */
    List<Path> all() throws IOException {
        List<Path> recordings = new ArrayList<>();
        for (Path day : days().reversed()) {
            for (Path session : children(day, SESSION_ID)) {
                Path cast = session.resolve(CAST);
                if (Files.exists(cast)) {
                    recordings.add(cast);
                }
            }
        }
        return recordings;
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
