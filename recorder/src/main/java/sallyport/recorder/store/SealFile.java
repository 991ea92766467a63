package sallyport.recorder.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.JsonText;

/**
 * The sidecar of a recording that is over, {@code seal.json}: a line that states, and if there is a signer a second line with
 * the signature over the first, its newline included. It is there whole or not at all.
 */
final class SealFile {

    static final String NAME = "seal.json";

    /** A part takes some 400 bytes; what is longer than ten thousand of them is not ours. */
    static final int LONGEST = 4 << 20;

    static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--------");

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern FILE = Pattern.compile("(part-[0-9]{4,6}|input)\\.cast\\.zst(\\.[a-z0-9]+)?");

    private SealFile() {}

    static boolean exists(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    /** Writes it down for good, in place of an earlier one if there is one. */
    static void write(Path folder, String sessionId, Sealed seal, Optional<Signer> signer) throws IOException {
        Path unfinished = folder.resolve(NAME + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer content = ByteBuffer.wrap(toBytes(sessionId, seal, signer));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.setPosixFilePermissions(unfinished, READ_ONLY);
        Files.move(unfinished, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        Folders.sync(folder);
    }

    private static byte[] toBytes(String sessionId, Sealed seal, Optional<Signer> signer) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonText.generator(content)) {
            json.writeStartObject();
            json.writeNumberField("version", 2);
            json.writeStringField("session", sessionId);
            json.writeStringField("sealedAt", seal.sealedAt().toString());
            json.writeStringField("reason", seal.reason());
            json.writeArrayFieldStart("parts");
            for (Sealed.Part part : seal.parts()) {
                write(json, part);
            }
            json.writeEndArray();
            if (seal.input().isPresent()) {
                json.writeFieldName("input");
                write(json, seal.input().get());
            }
            json.writeEndObject();
        }
        content.write('\n');
        if (signer.isPresent()) {
            byte[] signature = signer.get().sign(content.toByteArray());
            try (JsonGenerator json = JsonText.generator(content)) {
                json.writeStartObject();
                json.writeStringField("key", signer.get().keyName());
                json.writeStringField("signature", Base64.getEncoder().encodeToString(signature));
                json.writeEndObject();
            }
            content.write('\n');
        }
        return content.toByteArray();
    }

    private static void write(JsonGenerator json, Sealed.Part part) throws IOException {
        json.writeStartObject();
        json.writeNumberField("bytes", part.bytes());
        json.writeStringField("sha256", part.sha256());
        json.writeStringField("chain", part.chain());
        if (part.packed().isPresent()) {
            json.writeStringField("stored", part.packed().get().name());
            json.writeNumberField("storedBytes", part.packed().get().bytes());
            json.writeStringField("storedSha256", part.packed().get().sha256());
        }
        json.writeEndObject();
    }

    /** The seal in {@code folder}; empty if there is none or it is damaged. */
    static Optional<Sealed> read(Path folder) throws IOException {
        return seal(content(folder));
    }

    static Optional<Sealed> seal(byte[] content) {
        int end = firstLine(content);
        try (JsonParser json = JsonText.parser(content, 0, end)) {
            return end == 0 ? Optional.empty() : new Statement().parse(json);
        } catch (IOException | IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    /** Who signed the seal in {@code folder}, and what; empty if nobody did, or that is damaged. */
    static Optional<SealSignature> signature(Path folder) throws IOException {
        return signature(content(folder));
    }

    static Optional<SealSignature> signature(byte[] content) {
        int end = firstLine(content);
        if (end == 0 || end == content.length) {
            return Optional.empty();
        }
        String key = "";
        byte[] signature = {};
        try (JsonParser json = JsonText.parser(content, end, content.length)) {
            JsonText.expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "key" -> key = json.getText();
                    case "signature" -> signature = Base64.getDecoder().decode(json.getText());
                    default -> json.skipChildren();
                }
            }
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
        return Optional.of(new SealSignature(Arrays.copyOf(content, end), key, signature));
    }

    /** Nothing if there is none. */
    static byte[] content(Path folder) throws IOException {
        try (var in = Files.newInputStream(folder.resolve(NAME))) {
            return in.readNBytes(LONGEST);
        } catch (NoSuchFileException absent) {
            return new byte[0];
        }
    }

    /** Behind its newline; 0 if it is cut. */
    private static int firstLine(byte[] content) {
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    /** What the line says, as it comes by. */
    private static final class Statement {
        private int version = 1;
        private long bytes = -1;
        private String sha256 = "";
        private @Nullable Instant sealedAt;
        private String reason = "";
        private List<Sealed.Part> parts = new ArrayList<>();
        private Optional<Sealed.Part> input = Optional.empty();

        Optional<Sealed> parse(JsonParser json) throws IOException {
            JsonText.expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "version" -> version = json.getIntValue();
                    // Version 1 had one part, and said so without a list.
                    case "bytes" -> bytes = json.getLongValue();
                    case "sha256" -> sha256 = json.getText();
                    case "sealedAt" -> sealedAt = Instant.parse(json.getText());
                    case "reason" -> reason = json.getText();
                    case "parts" -> {
                        while (json.nextToken() == JsonToken.START_OBJECT) {
                            parts.add(part(json));
                        }
                    }
                    case "input" -> {
                        if (json.currentToken() != JsonToken.START_OBJECT) {
                            throw new IOException("what was typed without its digest");
                        }
                        input = Optional.of(part(json));
                    }
                    default -> json.skipChildren();
                }
            }
            if (version == 1 && bytes >= 0) {
                parts = List.of(new Sealed.Part(bytes, sha256, "", Optional.empty()));
            }
            return sealedAt == null || parts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Sealed(parts, sealedAt, reason, input));
        }

        private static Sealed.Part part(JsonParser json) throws IOException {
            long bytes = -1;
            String sha256 = "";
            String chain = "";
            String stored = "";
            long storedBytes = -1;
            String storedSha256 = "";
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "bytes" -> bytes = json.getLongValue();
                    case "sha256" -> sha256 = json.getText();
                    case "chain" -> chain = json.getText();
                    case "stored" -> stored = json.getText();
                    case "storedBytes" -> storedBytes = json.getLongValue();
                    case "storedSha256" -> storedSha256 = json.getText();
                    default -> json.skipChildren();
                }
            }
            if (bytes < 0 || !DIGEST.matcher(sha256).matches()) {
                throw new IOException("a part without its digest");
            }
            if (stored.isEmpty()) {
                return new Sealed.Part(bytes, sha256, chain, Optional.empty());
            }
            if (!FILE.matcher(stored).matches() || storedBytes < 0) {
                throw new IOException("a part that is stored nowhere");
            }
            return new Sealed.Part(
                    bytes, sha256, chain, Optional.of(new Sealed.Packed(stored, storedBytes, storedSha256)));
        }
    }
}
