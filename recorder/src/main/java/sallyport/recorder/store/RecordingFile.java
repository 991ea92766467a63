package sallyport.recorder.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import sallyport.recorder.Checked;
import sallyport.recorder.Conversions;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.Source;

/**
 * A recording that is there: still growing, sealed, or left behind; plain, compressed or encrypted. What is read is the same.
 * Safe for any thread.
 */
public final class RecordingFile {
    private final String sessionId;
    private final Path folder;
    private final PartFiles files;
    private final Optional<Sealed> seal;

    RecordingFile(String sessionId, Path folder, PartFiles files, Optional<Sealed> seal) {
        this.sessionId = sessionId;
        this.folder = folder;
        this.files = files;
        this.seal = seal;
    }

    /** UUID text. */
    public String sessionId() {
        return sessionId;
    }

    /** Where its files are. */
    public Path folder() {
        return folder;
    }

    /** Empty while it grows, after a crash until {@link RecordingStore#recover}, and if the sidecar is damaged. */
    public Optional<Sealed> seal() {
        return seal;
    }

    /** Who signed the seal. */
    public Optional<SealSignature> signature() throws IOException {
        return SealFile.signature(folder);
    }

    /** The sidecar as it is stored: see {@link Sidecar}. Empty if there is none. */
    public byte[] sidecar() throws IOException {
        return SealFile.content(folder);
    }

    /**
     * The text in {@code stored}, the content of the file {@code name} of a part, in whatever form; closing it closes that.
     *
     * @throws VaultLocked if it is encrypted, and no key is here that opens it
     */
    public InputStream text(InputStream stored, String name) throws IOException {
        return files.text(stored, name);
    }

    /** The numbers of its parts, from 1, also of those that are missing. */
    public List<Integer> parts() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        List<Integer> there = files.numbers();
        int last = Math.max(
                there.isEmpty() ? 0 : there.getLast(),
                seal.map(whole -> whole.parts().size()).orElse(0));
        for (int number = 1; number <= last; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    /** The file in which a part is now, in whatever form. It may be packed, and so be another one, at any time. */
    public Optional<Path> stored(int part) {
        return files.find(part, PartFiles.CAST);
    }

    /** The file in which what was typed is now, in whatever form, as {@link #stored}. Empty if there is none. */
    public Optional<Path> storedInput() {
        return files.find(files.input());
    }

    /** What is done with a stored file as it is: packed or not, encrypted or not. */
    @FunctionalInterface
    public interface Taker {
        /**
         * Called once.
         *
         * @param name without its folder
         * @param bytes its length
         * @param content not to be closed
         */
        void take(String name, long bytes, InputStream content) throws IOException;
    }

    /** Gives {@code taker} the file in which a part is now; false if there is none. */
    public boolean take(int part, Taker taker) throws IOException {
        return take(() -> stored(part), taker);
    }

    /** Gives {@code taker} the file in which what was typed is now; false if there is none. */
    public boolean takeInput(Taker taker) throws IOException {
        return take(this::storedInput, taker);
    }

    /** It may be packed between the look and the opening, and is then found in its other form. */
    private static boolean take(Supplier<Optional<Path>> place, Taker taker) throws IOException {
        for (int look = 0; look < PartFiles.LOOKS; look++) {
            Optional<Path> file = place.get();
            if (file.isEmpty()) {
                return false;
            }
            FileChannel opened;
            try {
                opened = FileChannel.open(file.get());
            } catch (NoSuchFileException gone) {
                continue;
            }
            try (InputStream content = Channels.newInputStream(opened)) {
                taker.take(Folders.nameOf(file.get()), opened.size(), content);
            }
            return true;
        }
        return false;
    }

    /**
     * Reads what was typed, as {@link #reader()} does what was shown; nothing if that was not recorded. To be closed by the
     * caller.
     */
    public RecordingReader inputReader() throws IOException {
        return RecordingReader.open(files.inputParts(seal));
    }

    /** Reads it from its beginning, as far as the seal says that it counts. To be closed by the caller. */
    public RecordingReader reader() throws IOException {
        return RecordingReader.open(files.parts(seal));
    }

    /** Reads it from the beginning of a part: see {@link RecordingReader#open(sallyport.recorder.Parts, int)}. */
    public RecordingReader reader(int part) throws IOException {
        return RecordingReader.open(files.parts(seal), part);
    }

    /**
     * Writes it to {@code out} as {@code format}: see {@link Conversions#write}.
     *
     * @param out not closed
     * @return where the recording stops making sense, if it does
     */
    public Optional<Damage> write(Format format, OutputStream out) throws IOException {
        try (RecordingReader reader = reader()) {
            return Conversions.write(reader, format, out);
        }
    }

    /**
     * Where to begin reading to see what was shown at some moment.
     *
     * @param frame what was shown where the reader is; empty if the reader's first events draw it: it is then at the beginning
     *     of a part
     * @param part in which the reader begins
     * @param reader to be closed by the caller
     */
    public record Place(Optional<KeyFrame> frame, int part, RecordingReader reader) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    /** The last place at or before {@code at}, counted from the start of the session. */
    public Place seek(Duration at) throws IOException {
        return seek((moment, _) -> moment.compareTo(at) > 0);
    }

    /**
     * The last place before anything that happened after {@code time}, by the wall clock as the recording tells it. The clock may
     * have been set meanwhile: what counts is the first moment that is too late.
     */
    public Place seek(Instant time) throws IOException {
        return seek((_, clock) -> clock.isAfter(time));
    }

    private Place seek(BiPredicate<Duration, Instant> isTooLate) throws IOException {
        int part = 1;
        for (int next : parts()) {
            if (next > 1) {
                if (startsAfter(next, isTooLate)) {
                    break;
                }
                part = next;
            }
        }
        Optional<KeyFrame> frame = frame(part, isTooLate);
        if (frame.isEmpty()) {
            return new Place(frame, part, reader(part));
        }
        return new Place(
                frame,
                part,
                RecordingReader.open(
                        files.parts(seal),
                        part,
                        frame.get().offset(),
                        frame.get().at()));
    }

    /** Also true if it cannot be told. */
    private boolean startsAfter(int part, BiPredicate<Duration, Instant> isTooLate) throws IOException {
        try (RecordingReader reader = reader(part)) {
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (next.get() instanceof Event.Clock clock) {
                    Duration start = reader.startsAt();
                    return isTooLate.test(start, clock.time().minus(clock.at().minus(start)));
                }
            }
            return true;
        }
    }

    private Optional<KeyFrame> frame(int part, BiPredicate<Duration, Instant> isTooLate) throws IOException {
        Optional<Path> keys = files.find(part, PartFiles.KEYS);
        try {
            Optional<Source> source = keys.isPresent() ? files.open(keys.get()) : Optional.empty();
            if (source.isEmpty()) {
                return Optional.empty();
            }
            long most = seal.map(whole -> whole.parts().get(part - 1).bytes()).orElse(Long.MAX_VALUE);
            return KeyFrames.find(source.get(), part, most, frame -> isTooLate.test(frame.at(), frame.time()));
        } catch (Source.Unreadable damaged) {
            return Optional.empty();
        }
    }

    /**
     * Holds everything against everything: lines against the format, chains against bytes, parts against each other, and all of
     * it against the seal. Reads it all, once or, where it is packed, twice.
     *
     * @return each part that is not what it should be, and where; empty if all is as it was recorded
     */
    public List<Damage> check() throws IOException {
        List<Damage> found = new ArrayList<>();
        String chain = "";
        for (int number : parts()) {
            Optional<Damage> damage;
            Optional<Source> source;
            try {
                source = files.parts(seal).open(number);
            } catch (Source.Unreadable e) {
                found.add(new Damage(number, 0, String.valueOf(e.getMessage())));
                chain = "";
                continue;
            }
            if (source.isEmpty()) {
                found.add(new Damage(number, 0, "the seal does not know of this part"));
                continue;
            }
            Checked checked = RecordingReader.check(source.get(), number);
            damage = checked.damage();
            String before = chain;
            if (damage.isEmpty()
                    && number > 1
                    && !checked.later()
                            .map(later -> later.after().equals(before))
                            .orElse(false)) {
                damage = Optional.of(new Damage(number, 0, "this part does not follow the one before it"));
            }
            chain = checked.chain();
            damage.or(() -> againstSeal(number, checked)).ifPresent(found::add);
            storedDamage(number).ifPresent(found::add);
        }
        inputDamage().ifPresent(found::add);
        return found;
    }

    private Optional<Damage> inputDamage() throws IOException {
        Optional<Source> source;
        try {
            source = files.inputParts(seal).open(1);
        } catch (Source.Unreadable e) {
            return Optional.of(new Damage(0, 0, String.valueOf(e.getMessage())));
        }
        if (source.isEmpty()) {
            return seal.isPresent() && storedInput().isPresent()
                    ? Optional.of(new Damage(0, 0, "the seal does not know of a file of what was typed"))
                    : Optional.empty();
        }
        Checked checked = RecordingReader.check(source.get(), 1);
        Optional<Sealed.Part> stated = seal.flatMap(Sealed::input);
        return checked.damage()
                .map(damage -> new Damage(0, damage.position(), "what was typed: " + damage.words()))
                .or(() -> stated.filter(
                                s -> s.bytes() != checked.bytes() || !s.sha256().equals(checked.sha256()))
                        .map(_ -> new Damage(0, 0, "what was typed is not what was sealed")));
    }

    private Optional<Damage> againstSeal(int number, Checked checked) {
        if (seal.isEmpty()) {
            return Optional.empty();
        }
        Sealed.Part stated = seal.get().parts().get(number - 1);
        if (checked.bytes() < stated.bytes()) {
            return Optional.of(new Damage(
                    number,
                    checked.bytes(),
                    "the part is shorter than the " + stated.bytes() + " bytes that were sealed"));
        }
        return checked.sha256().equals(stated.sha256()) && checked.chain().equals(stated.chain())
                ? Optional.empty()
                : Optional.of(new Damage(number, 0, "the part is not the one that was sealed"));
    }

    private Optional<Damage> storedDamage(int number) throws IOException {
        Optional<Sealed.Packed> stated =
                seal.flatMap(whole -> whole.parts().get(number - 1).packed());
        Optional<Path> file = stated.map(packed -> folder.resolve(packed.name()));
        if (file.isEmpty() || stored(number).filter(file.get()::equals).isEmpty()) {
            return Optional.empty();
        }
        return Packer.described(file.get()).equals(stated.get())
                ? Optional.empty()
                : Optional.of(new Damage(number, 0, "the stored file is not the one that was sealed"));
    }
}
