package sallyport.recorder.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import sallyport.recorder.JsonText;

/** The sidecar of a recording that is over, {@code seal.json}. It is there whole or not at all. */
final class SealFile {

    private static final String NAME = "seal.json";

    /** A sidecar has a few hundred bytes; what is longer is not ours. */
    private static final int LONGEST = 4096;

    private static final int DIGEST_PIECE = 256 * 1024;

    private SealFile() {}

    static boolean exists(Path cast) {
        return Files.exists(cast.resolveSibling(NAME));
    }

    /** Digests the first {@code bytes} of {@code cast}, writes that down beside it for good, and makes it read-only. */
    static Sealed write(Path cast, long bytes, Instant now, String reason) throws IOException {
        Sealed seal = new Sealed(bytes, sha256(cast, bytes), now, reason);
        Path sidecar = cast.resolveSibling(NAME);
        Path unfinished = cast.resolveSibling(NAME + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer content = ByteBuffer.wrap(toBytes(seal));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Set<PosixFilePermission> readOnly = PosixFilePermissions.fromString("r--------");
        Files.setPosixFilePermissions(unfinished, readOnly);
        Files.setPosixFilePermissions(cast, readOnly);
        Files.move(unfinished, sidecar, StandardCopyOption.ATOMIC_MOVE);
        Folders.sync(Folders.of(cast));
        return seal;
    }

    private static byte[] toBytes(Sealed seal) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonText.generator(content)) {
            json.writeStartObject();
            json.writeNumberField("bytes", seal.bytes());
            json.writeStringField("sha256", seal.sha256());
            json.writeStringField("sealedAt", seal.sealedAt().toString());
            json.writeStringField("reason", seal.reason());
            json.writeEndObject();
        }
        content.write('\n');
        return content.toByteArray();
    }

    /** The seal of {@code cast}; empty if there is none or it is damaged. */
    static Optional<Sealed> read(Path cast) throws IOException {
        Path sidecar = cast.resolveSibling(NAME);
        if (!Files.exists(sidecar)) {
            return Optional.empty();
        }
        byte[] content;
        try (var in = Files.newInputStream(sidecar)) {
            content = in.readNBytes(LONGEST);
        }
        try {
            return parse(content);
        } catch (IOException | IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<Sealed> parse(byte[] content) throws IOException {
        long bytes = -1;
        String sha256 = "";
        Optional<Instant> sealedAt = Optional.empty();
        String reason = "";
        try (JsonParser json = JsonText.parser(content, 0, content.length)) {
            JsonText.expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "bytes" -> bytes = json.getLongValue();
                    case "sha256" -> sha256 = json.getText();
                    case "sealedAt" -> sealedAt = Optional.of(Instant.parse(json.getText()));
                    case "reason" -> reason = json.getText();
                    default -> json.skipChildren();
                }
            }
        }
        if (bytes < 0 || sealedAt.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Sealed(bytes, sha256, sealedAt.get(), reason));
    }

    /** In lower-case hexadecimal, of the first {@code bytes} of {@code cast}. */
    static String sha256(Path cast, long bytes) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
        ByteBuffer piece = ByteBuffer.allocateDirect(DIGEST_PIECE);
        try (FileChannel channel = FileChannel.open(cast, StandardOpenOption.READ)) {
            for (long left = bytes; left > 0; ) {
                piece.clear().limit((int) Math.min(left, piece.capacity()));
                int read = channel.read(piece);
                if (read < 0) {
                    throw new IOException("the recording became shorter by " + left + " bytes");
                }
                digest.update(piece.flip());
                left -= read;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
