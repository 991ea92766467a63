package sallyport.recorder.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.Header;
import sallyport.recorder.RecordingReader;

/** What the tests here record, and how they read it again. */
final class Samples {

    static final String SESSION = "01939f5e-7a00-7000-8000-0123456789ab";
    static final Instant START = Instant.parse("2026-11-21T23:59:59.250Z");

    private Samples() {}

    static Header header() {
        LinkedHashMap<String, String> env = new LinkedHashMap<>();
        env.put("TERM", "xterm-256color");
        env.put("AWS_SECRET_ACCESS_KEY", "hunter2");
        LinkedHashMap<String, String> vendor = new LinkedHashMap<>();
        vendor.put("session", SESSION);
        vendor.put("reason", "INC-42: \"disk\" full\nand ✓");
        return new Header(120, 40, "xterm-256color", START, Optional.of("ls -l"), Optional.of("web-1"), env, vendor);
    }

    static RecordingStore store(Path root, AtomicLong nanos) {
        return new RecordingStore(root, () -> START.plusNanos(nanos.get()));
    }

    /** A recording that has this one file. */
    static RecordingFile of(Path cast) throws IOException {
        Path folder = Folders.of(cast);
        return new RecordingFile(SESSION, folder, new PartFiles(folder, Optional.empty()), SealFile.read(folder));
    }

    /** What a start after a crash finds, all of it. */
    static List<Unsealed> recovered(RecordingStore store) throws IOException {
        List<Unsealed> found = new ArrayList<>();
        store.recover(() -> true, found::add);
        return found;
    }

    /** Waits until what was sealed is packed. */
    static void awaitPacked(RecordingStore store) {
        Awaitility.await().until(() -> store.packingsLeft() == 0);
    }

    /** What is in a packed file. */
    static byte[] unpacked(Path file) throws IOException {
        try (InputStream plain = Frames.plain(Files.newInputStream(file))) {
            return plain.readAllBytes();
        }
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] convert(RecordingFile file, Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.write(format, out);
        return out.toByteArray();
    }

    static String converted(RecordingFile file, Format format) throws IOException {
        return new String(convert(file, format), StandardCharsets.UTF_8);
    }

    static List<Event> events(RecordingFile file) throws IOException {
        List<Event> events = new ArrayList<>();
        try (RecordingReader reader = file.reader()) {
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                events.add(next.get());
            }
        }
        return events;
    }

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }
}
