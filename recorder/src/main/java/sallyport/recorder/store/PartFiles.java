package sallyport.recorder.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sallyport.recorder.Parts;
import sallyport.recorder.Source;

/**
 * The files of one session's folder: parts, their key frames and what was typed, plain ({@code part-0001.cast}), compressed
 * ({@code .zst} behind that), or encrypted too (the vault's ending behind that).
 */
final class PartFiles {

    static final String CAST = "cast";
    static final String KEYS = "keys";
    static final String PACKED = ".zst";

    private static final String INPUT = "input.cast";

    /**
     * More text than any packed part has, in bytes: a file without a seal that would give more is a bomb (T40). A plain file
     * may have any length.
     */
    static final long MOST_TEXT = 1L << 30;

    private static final Pattern PART = Pattern.compile("part-([0-9]{4,6})\\.cast(\\.zst.*)?");

    /** How often a file is looked for that may be packed meanwhile, which happens once. */
    static final int LOOKS = 3;

    private final Path folder;
    private final Optional<Vault> vault;

    PartFiles(Path folder, Optional<Vault> vault) {
        this.folder = folder;
        this.vault = vault;
    }

    Path folder() {
        return folder;
    }

    /** The plain file of a part. */
    Path plain(int number, String kind) {
        return folder.resolve(String.format(Locale.ROOT, "part-%04d.%s", number, kind));
    }

    /** The plain file of what was typed. */
    Path input() {
        return folder.resolve(INPUT);
    }

    /** What a plain file is packed into now. */
    Path packed(Path plain) {
        return beside(plain, PACKED + vault.map(Vault::suffix).orElse(""));
    }

    static Path beside(Path file, String ending) {
        return file.resolveSibling(Folders.nameOf(file) + ending);
    }

    /** The file in which a part is, in whatever form; the plain one if there are two. */
    Optional<Path> find(int number, String kind) {
        return find(plain(number, kind));
    }

    /** The same for what would be called {@code plain} if it is plain. */
    Optional<Path> find(Path plain) {
        List<Path> forms = new ArrayList<>(List.of(plain, beside(plain, PACKED)));
        vault.ifPresent(_ -> forms.add(packed(plain)));
        for (Path form : forms) {
            if (Files.exists(form)) {
                return Optional.of(form);
            }
        }
        return vault.isEmpty() ? other(plain) : Optional.empty();
    }

    /** A form that needs a vault which is not configured any more: it is there, and cannot be opened. */
    private static Optional<Path> other(Path plain) {
        String begin = Folders.nameOf(plain) + PACKED + ".";
        try (Stream<Path> files = Files.list(Folders.of(plain))) {
            return files.filter(file -> Folders.nameOf(file).startsWith(begin)
                            && !Folders.nameOf(file).endsWith(Packer.UNFINISHED))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The numbers of the parts that are there, in whatever form, from the lowest. */
    List<Integer> numbers() throws IOException {
        TreeSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher part = PART.matcher(Folders.nameOf(file));
                if (part.matches() && !Folders.nameOf(file).endsWith(Packer.UNFINISHED)) {
                    numbers.add(Integer.parseInt(part.group(1)));
                }
            });
        } catch (NoSuchFileException absent) {
            return List.of();
        }
        return List.copyOf(numbers);
    }

    /** Opens a file in whatever form, for reading its plain bytes. Empty if it is gone. */
    Optional<Source> open(Path file) throws IOException {
        String name = Folders.nameOf(file);
        try {
            if (!name.contains(PACKED)) {
                return Optional.of(Source.file(file));
            }
            boolean locked = !name.endsWith(PACKED);
            if (locked && vault.filter(v -> name.endsWith(v.suffix())).isEmpty()) {
                throw new VaultLocked(name
                        + " is encrypted, and no key is configured (recordings.recipients and recordings.identities)");
            }
            return Optional.of(packed(file, locked ? vault : Optional.empty()));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** The plain text in {@code stored}, which is what a file called {@code name} holds. */
    InputStream text(InputStream stored, String name) throws IOException {
        return text(stored, name, vault);
    }

    static InputStream text(InputStream stored, String name, Optional<Vault> vault) throws IOException {
        if (!name.contains(PACKED)) {
            return stored;
        }
        if (name.endsWith(PACKED)) {
            return Frames.plain(stored);
        }
        Vault key = vault.filter(v -> name.endsWith(v.suffix()))
                .orElseThrow(() -> new VaultLocked(name
                        + " is encrypted, and no key is configured (recordings.recipients and recordings.identities)"));
        return Frames.plain(key.open(stored));
    }

    /** Opens a file that was packed just now, whatever it is called. */
    Source openPacked(Path file) throws IOException {
        return packed(file, vault);
    }

    private static Source packed(Path file, Optional<Vault> key) throws IOException {
        Source text = key.isPresent()
                ? new Frames.Streamed(() -> Frames.plain(opened(key.get(), file)))
                : Frames.source(file);
        return Source.limited(text, MOST_TEXT);
    }

    private static InputStream opened(Vault key, Path file) throws IOException {
        InputStream stored = Files.newInputStream(file);
        try {
            return key.open(stored);
        } catch (VaultLocked e) {
            stored.close();
            throw e;
        } catch (IOException e) {
            stored.close();
            throw new Source.Unreadable("the stored file is damaged at its beginning");
        }
    }

    /** Whether {@link #sealing} encrypts. */
    boolean encrypts() {
        return vault.isPresent();
    }

    /** What compresses, and encrypts if there is a vault, into {@code to}. */
    OutputStream sealing(OutputStream to) throws IOException {
        return vault.isPresent() ? vault.get().seal(to) : to;
    }

    /** The parts as they are to be read: as far as the seal says that they count. */
    Parts parts(Optional<Sealed> seal) {
        return number -> open(number, seal);
    }

    /** What was typed, as the only part of its own; none if the seal does not know of it. */
    Parts inputParts(Optional<Sealed> seal) {
        return number -> {
            if (number != 1 || (seal.isPresent() && seal.get().input().isEmpty())) {
                return Optional.empty();
            }
            Optional<Source> source = opened(input(), seal.flatMap(Sealed::input));
            if (source.isEmpty() && seal.isPresent()) {
                throw new Source.Unreadable("what was typed is missing");
            }
            return source;
        };
    }

    /** It may be packed between the look and the opening, and is then found in its other form. */
    private Optional<Source> opened(Path plain, Optional<Sealed.Part> stated) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<Path> file = find(plain);
            Optional<Source> source = file.isPresent() ? open(file.get()) : Optional.empty();
            if (source.isPresent()) {
                return stated.isPresent()
                        ? Optional.of(Source.limited(source.get(), stated.get().bytes()))
                        : source;
            }
        }
        return Optional.empty();
    }

    private Optional<Source> open(int number, Optional<Sealed> seal) throws IOException {
        if (seal.isPresent() && number > seal.get().parts().size()) {
            return Optional.empty();
        }
        Optional<Source> source =
                opened(plain(number, CAST), seal.map(whole -> whole.parts().get(number - 1)));
        if (source.isPresent()) {
            return source;
        }
        if (seal.isPresent() || numbers().stream().anyMatch(there -> there > number)) {
            throw new Source.Unreadable("part " + number + " is missing");
        }
        return Optional.empty();
    }
}
