package sallyport.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import sallyport.db.EvidenceLog;
import sallyport.db.LogLeaf;
import sallyport.db.StoredCheckpoint;
import sallyport.recorder.bundle.Bundle;
import sallyport.recorder.bundle.BundleWriter;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.Sidecar;

/** A bundle that somebody may take away; that they did is already written. Written once, by one thread. */
public final class BundleExport {

    /** How many entries are in one member. */
    private static final int PAGE = 500;

    private static final String README = """
        Recordings of sessions of a bastion, and what proves them.

        To verify, with the public key of the log that you were given by another way than this file:

            sallyport verify BUNDLE --key 'name+id+base64'

        Without that program: zstd -dc BUNDLE | tar x, then sha256sum -c SHA256SUMS. The text behind the compressed data
        is a signed note (c2sp.org/signed-note) over the length and the SHA-256 of all bytes before its frame.

        manifest.json      which recordings, and which entries of the log
        keys.txt           public keys, in the form of C2SP; compare them with those that you were given
        frontier.txt       hashes of the Merkle tree before the first entry
        checkpoint.txt     the signed check point that covers the entries
        newest.txt         the newest check point; consistency.txt shows that it goes on from the other (RFC 6962)
        log/               entries: number, hash, and the line that is hashed
        audit/             the audit events that these entries are about, as they are stored
        recordings/ID/     seal.json, signed; and the parts: asciicast v3, compressed with zstd, encrypted with age if so

        docs/proof.md of Sallyport defines all of it.
        """;

    private final RecordingStore store;
    private final EvidenceLog log;
    private final TrustedLog trusted;
    private final NoteSigning signing;
    private final Instant now;
    private final StoredCheckpoint covering;
    private final StoredCheckpoint newest;
    private final Bundle.Manifest manifest;

    BundleExport(
            RecordingStore store,
            EvidenceLog log,
            TrustedLog trusted,
            NoteSigning signing,
            Instant now,
            StoredCheckpoint covering,
            StoredCheckpoint newest,
            Bundle.Manifest manifest) {
        this.store = store;
        this.log = log;
        this.trusted = trusted;
        this.signing = signing;
        this.now = now;
        this.covering = covering;
        this.newest = newest;
        this.manifest = manifest;
    }

    /** How many recordings are in it. */
    public int recordings() {
        return manifest.recordings().size();
    }

    /**
     * Writes it, in memory that does not grow with it.
     *
     * @param out not closed
     * @throws IOException if {@code out} refuses or a recording cannot be read; what was written has no signature then
     */
    public void writeTo(OutputStream out) throws IOException {
        try (BundleWriter bundle = new BundleWriter(out, signing, now)) {
            text(bundle, Bundle.README, README);
            bundle.member(Bundle.MANIFEST, manifest.toBytes());
            text(bundle, Bundle.KEYS, lines(trusted.keys()));
            text(
                    bundle,
                    Bundle.FRONTIER,
                    lines(log.frontier(manifest.from()).hashes().stream()
                            .map(Hash::base64)
                            .toList()));
            text(bundle, Bundle.CHECKPOINT, covering.note());
            if (newest.size() > covering.size()) {
                text(bundle, Bundle.NEWEST, newest.note());
                text(
                        bundle,
                        Bundle.CONSISTENCY,
                        lines(log.consistency(covering.size(), newest.size()).path().stream()
                                .map(Hash::base64)
                                .toList()));
            }
            entries(bundle);
            for (Bundle.Named named : manifest.recordings()) {
                recording(bundle, named.id());
            }
            bundle.finish();
        }
    }

    private static void text(BundleWriter bundle, String name, String text) throws IOException {
        bundle.member(name, text.getBytes(UTF_8));
    }

    private static String lines(List<?> values) {
        return values.stream().map(v -> v + "\n").collect(Collectors.joining());
    }

    private void entries(BundleWriter bundle) throws IOException {
        for (long from = manifest.from(); from < manifest.to(); ) {
            List<LogLeaf> page = log.leaves(from, manifest.to(), PAGE);
            if (page.isEmpty()) {
                // The log has a hole here; whoever checks the bundle is told.
                return;
            }
            text(
                    bundle,
                    Bundle.LOG + from,
                    lines(page.stream()
                            .map(leaf -> leaf.index() + " " + leaf.hash().base64() + " " + leaf.data())
                            .toList()));
            text(bundle, Bundle.AUDIT + from, lines(log.rows(page)));
            from = page.getLast().index() + 1;
        }
    }

    private void recording(BundleWriter bundle, String id) throws IOException {
        Optional<RecordingFile> file = store.find(id);
        if (file.isEmpty()) {
            return;
        }
        byte[] sidecar = file.get().sidecar();
        if (sidecar.length > 0) {
            bundle.member(Bundle.RECORDINGS + id + "/" + Sidecar.NAME, sidecar);
        }
        for (int number : file.get().parts()) {
            var _ = file.get()
                    .take(
                            number,
                            (name, bytes, content) ->
                                    bundle.member(Bundle.RECORDINGS + id + "/" + name, bytes, content));
        }
    }
}
