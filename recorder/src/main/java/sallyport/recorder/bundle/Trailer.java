package sallyport.recorder.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Optional;
import sallyport.recorder.Chain;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteRefused;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.verify.Finding;

/** The end of a bundle: the signature over all bytes before it. */
final class Trailer {

    private static final int HEAD = 8;

    private final long begins;
    private final byte[] note;

    /**
     * @param begins byte of the file
     * @param note as it stands there
     */
    private Trailer(long begins, byte[] note) {
        this.begins = begins;
        this.note = note;
    }

    /** The trailer that {@code file} ends with; empty if it ends otherwise. */
    static Optional<Trailer> find(FileChannel file) throws IOException {
        long size = file.size();
        int length = (int) Math.min(size, HEAD + Note.LONGEST_BYTES);
        ByteBuffer end = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (end.hasRemaining() && file.read(end, size - length + end.position()) >= 0) {
            // until it is full
        }
        for (int at = length - HEAD; at >= 0; at--) {
            if (end.getInt(at) == BundleWriter.TRAILER && end.getInt(at + 4) == length - at - HEAD) {
                byte[] note = new byte[length - at - HEAD];
                end.get(at + HEAD, note);
                return Optional.of(new Trailer(size - length + at, note));
            }
        }
        return Optional.empty();
    }

    /** Why the bytes before it are not those that were signed; empty if they are. */
    Optional<Finding> against(FileChannel file, Collection<VerifierKey> trusted) throws IOException {
        MessageDigest digest = Chain.sha256();
        ByteBuffer piece = ByteBuffer.allocate(64 << 10);
        for (long at = 0; at < begins; ) {
            piece.clear().limit((int) Math.min(piece.capacity(), begins - at));
            int read = file.read(piece, at);
            if (read < 0) {
                break;
            }
            digest.update(piece.flip());
            at += read;
        }
        try {
            Note signed = Note.parse(note);
            return switch (signed.verdict(trusted)) {
                case Note.Verdict.Unknown _ ->
                    Optional.of(new Finding(
                            Finding.Kind.UNPROVEN, "not proven: the bundle is signed by no key that is known here"));
                case Note.Verdict.Wrong wrong ->
                    altered("the signature of the bundle is not by "
                            + wrong.key().name() + " as it says");
                case Note.Verdict.Signed _ ->
                    signed.text().equals(BundleWriter.signed(begins, digest.digest()))
                            ? Optional.empty()
                            : altered("the bundle is not the one that was signed");
            };
        } catch (NoteRefused refused) {
            return altered("the signature of the bundle: " + refused.getMessage());
        }
    }

    private static Optional<Finding> altered(String where) {
        return Optional.of(new Finding(Finding.Kind.ALTERED, "altered: " + where));
    }
}
