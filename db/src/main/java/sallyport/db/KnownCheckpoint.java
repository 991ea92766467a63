package sallyport.db;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Optional;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteRefused;
import sallyport.recorder.proof.VerifierKey;

/** The file with the last check point that was signed on this machine: what a database of an older day does not know. */
record KnownCheckpoint(Path file) {

    /**
     * What it says.
     *
     * @throws NoteRefused if it is no check point that one of {@code trusted} signed
     */
    Optional<Checkpoint> read(Collection<VerifierKey> trusted) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(Note.LONGEST_BYTES + 1);
        }
        Note note = Note.parse(bytes);
        if (!(note.verdict(trusted) instanceof Note.Verdict.Signed)) {
            throw new IOException(file + " is not signed by a key of this bastion");
        }
        return Optional.of(Checkpoint.parse(note.text()));
    }

    /** Replaces it, whole or not at all, also over a power cut. */
    void write(Note note) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(note.bytes());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder =
                FileChannel.open(file.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
