package sallyport.recorder.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.ConsistencyProof;
import sallyport.recorder.proof.Frontier;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.Node;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.store.Evidence;
import sallyport.recorder.store.Limits;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.Sealed;
import sallyport.recorder.store.Signer;
import sallyport.recorder.store.StoreSetup;
import sallyport.recorder.verify.Finding;

/** Whatever is done to a bundle is noticed and named, and no file content makes the check throw or hang (T40, T43). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BundleTest {

    private static final String LOG = "bastion.example/log";
    private static final String KEPT = "01939f5e-7a00-7000-8000-0123456789ab";
    private static final String PURGED = "01939f5e-7a00-7000-8000-0123456789ac";
    private static final Instant START = Instant.parse("2026-11-21T14:00:00Z");

    private Path folder;

    private NoteSigning signing;
    private byte[] sample;
    private SequencedMap<String, byte[]> members;

    @BeforeAll
    void make(@TempDir Path fresh) throws Exception {
        folder = fresh;
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        signing = new NoteSigning(VerifierKey.of(LOG, pair.getPublic()), message -> sign(pair, message));
        List<String> lines = new CopyOnWriteArrayList<>();
        lines.add(audit(1, "bastion.started", ""));
        RecordingFile file = record(lines);
        lines.add(audit(2, "session.opened", KEPT));
        lines.add(fact("recording.opened", PURGED, "\"header_sha256\":\"" + "0".repeat(64) + "\""));
        lines.add(audit(3, "session.ended", KEPT));
        lines.add(fact("recording.deleted", PURGED, "\"rule\":\"staging 90 days\""));

        Map<Node, Hash> nodes = new LinkedHashMap<>();
        Frontier tree = Frontier.empty();
        List<Hash> roots = new ArrayList<>(List.of(tree.root()));
        for (String line : lines) {
            nodes.put(new Node(0, tree.size()), Hash.ofLeaf(line.getBytes(UTF_8)));
            tree.add(Hash.ofLeaf(line.getBytes(UTF_8)), nodes::put);
            roots.add(tree.root());
        }
        int to = lines.size();
        Hash extra = Hash.ofLeaf("later".getBytes(UTF_8));
        nodes.put(new Node(0, tree.size()), extra);
        tree.add(extra, nodes::put);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BundleWriter bundle = new BundleWriter(out, signing, START)) {
            bundle.member(Bundle.README, "How to verify\n".getBytes(UTF_8));
            bundle.member(
                    Bundle.MANIFEST,
                    new Bundle.Manifest(
                                    LOG,
                                    1,
                                    to,
                                    START.toString(),
                                    List.of(new Bundle.Named(KEPT, true, "a"), new Bundle.Named(PURGED, true, "b")))
                            .toBytes());
            bundle.member(Bundle.KEYS, (signing.key() + "\n").getBytes(UTF_8));
            bundle.member(Bundle.FRONTIER, (nodes.get(new Node(0, 0)).base64() + "\n").getBytes(UTF_8));
            bundle.member(
                    Bundle.CHECKPOINT,
                    Note.sign(new Checkpoint(LOG, to, roots.get(to)).text(), signing)
                            .bytes());
            bundle.member(
                    Bundle.NEWEST,
                    Note.sign(new Checkpoint(LOG, to + 1, tree.root()).text(), signing)
                            .bytes());
            bundle.member(
                    Bundle.CONSISTENCY,
                    ConsistencyProof.of(to, to + 1, nodes::get).path().stream()
                            .map(h -> h.base64() + "\n")
                            .collect(Collectors.joining())
                            .getBytes(UTF_8));
            StringBuilder log = new StringBuilder();
            StringBuilder rows = new StringBuilder();
            for (int i = 1; i < to; i++) {
                log.append(i)
                        .append(' ')
                        .append(nodes.get(new Node(0, i)).base64())
                        .append(' ');
                log.append(lines.get(i)).append('\n');
                rows.append(lines.get(i).contains("\"kind\":\"audit\"") ? lines.get(i) + "\n" : "");
            }
            bundle.member(Bundle.LOG + "1", log.toString().getBytes(UTF_8));
            bundle.member(Bundle.AUDIT + "1", rows.toString().getBytes(UTF_8));
            bundle.member(Bundle.RECORDINGS + KEPT + "/seal.json", file.sidecar());
            for (int part : file.parts()) {
                Path stored = file.stored(part).orElseThrow();
                bundle.member(
                        Bundle.RECORDINGS + KEPT + "/" + stored.getFileName(),
                        Files.size(stored),
                        Files.newInputStream(stored));
            }
            bundle.finish();
        }
        sample = out.toByteArray();
        members = members(sample);
    }

    private static byte[] sign(KeyPair pair, byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String id(int number) {
        return "01939f5e-0000-7000-8000-%012d".formatted(number);
    }

    private static String audit(int number, String action, String session) {
        return "{\"kind\":\"audit\",\"id\":\"" + id(number)
                + "\",\"time\":\"2026-11-21T14:00:00.000000Z\",\"source\":\"\""
                + ",\"action\":\"" + action + "\"" + (session.isEmpty() ? "" : ",\"session\":\"" + session + "\"")
                + ",\"detail\":{}}";
    }

    private static String fact(String kind, String session, String detail) {
        return "{\"kind\":\"" + kind + "\",\"id\":\"" + id(100)
                + "\",\"time\":\"2026-11-21T14:00:00.000000Z\",\"session\":\"" + session + "\",\"detail\":{" + detail
                + "}}";
    }

    /** A recording in two parts, and what the log is told of it. */
    private RecordingFile record(List<String> lines) throws Exception {
        AtomicLong nanos = new AtomicLong();
        AtomicLong sealed = new AtomicLong();
        StoreSetup setup = StoreSetup.plain(nanos::get)
                .with(Limits.USUAL.withParts(1500, Duration.ofHours(24)))
                .with(new Signer() {
                    @Override
                    public String keyName() {
                        return LOG;
                    }

                    @Override
                    public byte[] sign(byte[] message) {
                        return signing.sign().apply(message);
                    }
                })
                .with(new Evidence() {
                    @Override
                    public void opened(String session, String sha256) {
                        lines.add(fact("recording.opened", session, "\"header_sha256\":\"" + sha256 + "\""));
                    }

                    @Override
                    public void checked(String session, int part, long bytes, String chain) {
                        lines.add(fact(
                                "recording.checked",
                                session,
                                "\"part\":" + part + ",\"bytes\":" + bytes + ",\"chain\":\"" + chain + "\""));
                    }

                    @Override
                    public void sealed(String session, Sealed seal) {
                        lines.add(fact("recording.sealed", session, "\"sha256\":\"" + seal.sha256() + "\""));
                        sealed.set(1);
                    }

                    @Override
                    public void deleted(String session, String rule) {}
                });
        try (RecordingStore store = new RecordingStore(folder.resolve("store"), () -> START, setup)) {
            Header header = new Header(
                    80,
                    24,
                    "xterm",
                    START,
                    Optional.of("ls"),
                    Optional.empty(),
                    new LinkedHashMap<>(),
                    new LinkedHashMap<>());
            try (Recording recording = store.create(KEPT, header, StreamKind.PLAIN, nanos::get, () -> {})) {
                for (int i = 0; i < 60; i++) {
                    nanos.addAndGet(1_000_000_000L);
                    recording.output(ByteBuffer.wrap(("a line of some length, number " + i + "\n").getBytes(UTF_8)));
                }
                recording.seal();
            }
            Awaitility.await().until(() -> sealed.get() == 1);
            RecordingFile file = store.find(KEPT).orElseThrow();
            Awaitility.await().until(() -> new String(file.sidecar(), UTF_8).contains("\"stored\""));
        }
        return new RecordingStore(folder.resolve("store"), () -> START)
                .find(KEPT)
                .orElseThrow();
    }

    private static SequencedMap<String, byte[]> members(byte[] bundle) throws IOException {
        SequencedMap<String, byte[]> members = new LinkedHashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ZstdInputStream(new ByteArrayInputStream(bundle)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                members.put(entry.getName(), tar.readAllBytes());
            }
        }
        return members;
    }

    private BundleAnswer check(byte[] bundle) throws IOException {
        return check(bundle, List.of(signing.key()));
    }

    private BundleAnswer check(byte[] bundle, List<VerifierKey> keys) throws IOException {
        return BundleCheck.check(Files.write(folder.resolve("bundle"), bundle), keys);
    }

    private static List<String> words(BundleAnswer answer) {
        return switch (answer) {
            case BundleAnswer.Unreadable(String words) -> List.of(words);
            case BundleAnswer.Checked checked ->
                Stream.concat(
                                checked.findings().stream(),
                                checked.recordings().values().stream().flatMap(r -> r.findings().stream()))
                        .map(Finding::words)
                        .toList();
        };
    }

    private static boolean isIntact(BundleAnswer answer) {
        return answer instanceof BundleAnswer.Checked checked && checked.isIntact();
    }

    /** What somebody without the signing key can make of it: everything fits, but for the signature at the end. */
    private byte[] packed(Map<String, byte[]> changed) throws IOException {
        KeyPair other;
        try {
            other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        NoteSigning forger = new NoteSigning(VerifierKey.of("forger", other.getPublic()), m -> sign(other, m));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BundleWriter bundle = new BundleWriter(out, forger, START)) {
            for (Map.Entry<String, byte[]> member : changed.entrySet()) {
                if (!member.getKey().equals(Bundle.SUMS)) {
                    bundle.member(member.getKey(), member.getValue());
                }
            }
            bundle.finish();
        }
        return out.toByteArray();
    }

    @Test
    void a_bundle_as_it_was_made_is_intact_and_small() throws Exception {
        BundleAnswer answer = check(sample);
        assertThat(words(answer)).isEmpty();
        assertThat(isIntact(answer)).isTrue();
        assertThat(sample.length).isLessThan(20_000);
        BundleAnswer.Checked checked = (BundleAnswer.Checked) answer;
        assertThat(checked.recordings().get(KEPT).isIntact()).isTrue();
        assertThat(checked.recordings().get(KEPT).good()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(checked.recordings().get(PURGED).verdict()).isEqualTo("deleted");
        assertThat(checked.good()).hasSize(3);
        assertThat(isIntact(check(sample, List.of())))
                .as("it agrees with itself")
                .isTrue();
    }

    @Test
    void every_byte_that_is_changed_is_noticed() throws Exception {
        for (int at = 0; at < sample.length; at++) {
            byte[] changed = sample.clone();
            changed[at] ^= (byte) (1 << at % 8);
            BundleAnswer answer = check(changed);
            assertThat(isIntact(answer)).as("byte " + at).isFalse();
            assertThat(words(answer)).as("byte " + at).isNotEmpty().doesNotContain("");
        }
    }

    @Test
    void every_end_that_is_cut_off_is_noticed() throws Exception {
        for (int length = 0; length < sample.length; length += length < 100 ? 1 : 37) {
            BundleAnswer answer = check(Arrays.copyOf(sample, length));
            assertThat(isIntact(answer)).as("of length " + length).isFalse();
            assertThat(words(answer)).as("of length " + length).isNotEmpty();
        }
        byte[] longer = Arrays.copyOf(sample, sample.length + 1);
        assertThat(isIntact(check(longer))).isFalse();
    }

    @Test
    void every_member_that_is_dropped_is_named() throws Exception {
        assertThat(isIntact(check(sample))).isTrue();
        for (String name : members.keySet()) {
            if (name.equals(Bundle.SUMS) || name.equals(Bundle.NEWEST) || name.equals(Bundle.CONSISTENCY)) {
                continue;
            }
            SequencedMap<String, byte[]> fewer = new LinkedHashMap<>(members);
            fewer.remove(name);
            List<String> words = words(check(packed(fewer)));
            String expected = name.startsWith(Bundle.RECORDINGS)
                    ? name.endsWith("json")
                            ? "missing: the sidecar"
                            : "missing: part " + name.charAt(name.indexOf("part-") + 8)
                    : name.startsWith(Bundle.LOG)
                            ? "the log is truncated at entry 1"
                            : name.startsWith(Bundle.AUDIT) ? "missing: audit event" : "missing: " + name;
            assertThat(words).as("without " + name).anyMatch(w -> w.startsWith(expected));
            assertThat(words).as("without " + name).anyMatch(w -> w.contains("signed by no key that is known here"));
        }
    }

    @Test
    void every_row_that_is_dropped_or_changed_is_named() throws Exception {
        for (String name : List.of(Bundle.LOG + "1", Bundle.AUDIT + "1")) {
            List<String> rows = new String(members.get(name), UTF_8).lines().toList();
            assertThat(rows).hasSizeGreaterThanOrEqualTo(2);
            for (int row = 0; row < rows.size(); row++) {
                SequencedMap<String, byte[]> other = new LinkedHashMap<>(members);
                List<String> fewer = new ArrayList<>(rows);
                String dropped = fewer.remove(row);
                other.put(name, (String.join("\n", fewer) + "\n").getBytes(UTF_8));
                String index = dropped.substring(0, dropped.indexOf(' ') < 0 ? 0 : dropped.indexOf(' '));
                assertThat(words(check(packed(other))))
                        .as(dropped)
                        .anyMatch(w -> name.startsWith(Bundle.LOG)
                                ? w.equals("the log is missing: entry " + index)
                                        || w.startsWith("the log is truncated at entry " + index + " ")
                                : w.startsWith("missing: audit event " + idIn(dropped)));

                List<String> changed = new ArrayList<>(rows);
                changed.set(row, dropped.replace("2026-11-21T14", "2026-11-21T15"));
                other.put(name, (String.join("\n", changed) + "\n").getBytes(UTF_8));
                assertThat(words(check(packed(other))))
                        .as(dropped)
                        .anyMatch(w -> name.startsWith(Bundle.LOG)
                                ? w.equals("the log is altered at entry " + index)
                                : w.contains("audit event " + idIn(dropped) + " is not what the log says"));
            }
        }
    }

    private static String idIn(String row) {
        return row.substring(row.indexOf("\"id\":\"") + 6, row.indexOf("\",\"time\""));
    }

    @Test
    void a_part_that_is_changed_is_named_though_all_sums_were_made_anew() throws Exception {
        for (String name : members.keySet()) {
            if (name.contains("part-")) {
                byte[] part = members.get(name).clone();
                part[part.length / 2] ^= 4;
                SequencedMap<String, byte[]> other = new LinkedHashMap<>(members);
                other.put(name, part);
                int number = Integer.parseInt(name.substring(name.indexOf("part-") + 5, name.indexOf(".cast")));
                assertThat(words(check(packed(other))))
                        .anyMatch(w -> w.startsWith("altered: ") && w.contains("part " + number));
            }
        }
    }

    @Test
    void keys_of_others_prove_nothing() throws Exception {
        VerifierKey other = VerifierKey.of(
                "other",
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
        assertThat(words(check(sample, List.of(other)))).anyMatch(w -> w.startsWith("not proven"));
        assertThat(isIntact(check(sample, List.of(other)))).isFalse();
    }

    @Test
    void what_is_no_bundle_and_bombs_are_refused() throws Exception {
        assertThat(check(new byte[0])).isInstanceOf(BundleAnswer.Unreadable.class);
        assertThat(check("no bundle".getBytes(UTF_8))).isInstanceOf(BundleAnswer.Unreadable.class);
        assertThat(check(bomb(Bundle.LOG + "1", 64L << 20))).isInstanceOf(BundleAnswer.Unreadable.class);
        assertThat(check(bomb(Bundle.RECORDINGS + KEPT + "/part-0001.cast", 2L << 30)))
                .isInstanceOf(BundleAnswer.Unreadable.class);
        // A name that is longer than anything in a bundle, in a header of its own.
        assertThat(isIntact(check(bomb("n".repeat(66_000), 1)))).isFalse();
    }

    private static byte[] bomb(String name, long size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // What the header says is enough to refuse it; the content need not be there.
        try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            TarArchiveOutputStream tar = new TarArchiveOutputStream(zstd);
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(size);
            tar.putArchiveEntry(entry);
            tar.flush();
        }
        return out.toByteArray();
    }

    @Test
    void the_sums_are_those_of_the_members() throws Exception {
        String sums = new String(members.get(Bundle.SUMS), UTF_8);
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            if (!member.getKey().equals(Bundle.SUMS)) {
                String sha256 = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(member.getValue()));
                assertThat(sums).contains(sha256 + "  " + member.getKey() + "\n");
            }
        }
    }
}
