package sallyport.recorder.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.ConsistencyProof;
import sallyport.recorder.proof.Frontier;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.LogCheck;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteRefused;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.store.Sidecar;
import sallyport.recorder.verify.Finding;
import sallyport.recorder.verify.LogClaims;
import sallyport.recorder.verify.LogEntry;
import sallyport.recorder.verify.RecordingCheck;
import sallyport.recorder.verify.Report;

/** What the members of a bundle say together, as they come by in their order. For one thread. */
final class Contents {

    private static final Pattern PART =
            Pattern.compile("recordings/([0-9a-f-]{36})/(part-([0-9]{4,6})\\.cast(\\.zst(\\.[a-z0-9]+)?)?)");
    private static final Pattern SEAL = Pattern.compile("recordings/([0-9a-f-]{36})/seal\\.json");

    /** An entry: its number, its hash, what is hashed. */
    private static final Pattern ENTRY = Pattern.compile("([0-9]{1,18}) ([A-Za-z0-9+/]{43}=) (.*)");

    private final List<VerifierKey> given;
    private final Consumer<Finding> found;
    private final List<String> good = new ArrayList<>();
    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, LogClaims> claims = new HashMap<>();
    private final SequencedMap<String, Report> reports = new LinkedHashMap<>();
    private final Map<String, Bundle.Named> named = new LinkedHashMap<>();
    private List<VerifierKey> keys = List.of();
    private Bundle.@Nullable Manifest manifest;
    private @Nullable LogCheck log;
    private boolean begun;

    /** Audit entries of the last page, whose rows come next: id to what is hashed. */
    private Map<String, String> awaited = new LinkedHashMap<>();

    private long rows;
    private String open = "";
    private @Nullable RecordingCheck check;

    Contents(List<VerifierKey> given, Consumer<Finding> found) {
        this.given = given;
        this.found = found;
        this.keys = given;
    }

    private void altered(String where) {
        found.accept(new Finding(Finding.Kind.ALTERED, "altered: " + where));
    }

    private void missing(String what) {
        found.accept(new Finding(Finding.Kind.MISSING, "missing: " + what));
    }

    /** Whose signatures count: those that were given, or those that the bundle brings. */
    List<VerifierKey> trusted() {
        return keys;
    }

    List<String> good() {
        return good;
    }

    SequencedMap<String, Report> reports() {
        return reports;
    }

    /** A member that fits into memory. */
    void small(String name, byte[] content) {
        if (name.startsWith(Bundle.LOG)) {
            begin();
            rowsAreThere();
            new String(content, US_ASCII).lines().forEach(this::entry);
        } else if (name.startsWith(Bundle.AUDIT)) {
            new String(content, UTF_8).lines().forEach(this::row);
            rowsAreThere();
        } else if (SEAL.matcher(name).matches()) {
            begin();
            rowsAreThere();
            recording(name.substring(Bundle.RECORDINGS.length(), Bundle.RECORDINGS.length() + 36), content);
        } else if (texts.size() < 16) {
            texts.put(name, content);
            if (name.equals(Bundle.KEYS)) {
                keys(content);
            } else if (name.equals(Bundle.MANIFEST)) {
                manifest(content);
            }
        } else {
            altered(name + " does not belong here");
        }
    }

    private void keys(byte[] content) {
        try {
            List<VerifierKey> brought = BundleCheck.keys(new String(content, UTF_8));
            if (given.isEmpty()) {
                keys = brought;
            }
        } catch (NoteRefused refused) {
            altered(Bundle.KEYS + ": " + refused.getMessage());
        }
    }

    private void manifest(byte[] content) {
        try {
            manifest = Bundle.Manifest.parse(content);
            manifest.recordings().forEach(each -> named.put(each.id(), each));
        } catch (IOException | RuntimeException senseless) {
            altered(Bundle.MANIFEST + " makes no sense");
        }
    }

    /** Everything that entries are held against has come. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        for (String name : List.of(Bundle.README, Bundle.MANIFEST, Bundle.KEYS, Bundle.FRONTIER, Bundle.CHECKPOINT)) {
            if (!texts.containsKey(name)) {
                missing(name);
            }
        }
        if (manifest != null && texts.containsKey(Bundle.CHECKPOINT)) {
            try {
                List<Hash> edge = hashes(Bundle.FRONTIER);
                log = new LogCheck(
                        manifest.log(),
                        keys,
                        List.of(texts.getOrDefault(Bundle.CHECKPOINT, new byte[0])),
                        Frontier.of(manifest.from(), edge),
                        (_, _) -> {});
            } catch (IllegalArgumentException senseless) {
                altered(Bundle.FRONTIER + " does not fit " + Bundle.MANIFEST);
            }
            newest();
        }
    }

    private List<Hash> hashes(String name) {
        return new String(texts.getOrDefault(name, new byte[0]), US_ASCII)
                .lines()
                .limit(64)
                .map(Hash::parse)
                .toList();
    }

    /** That the log went on from there. */
    private void newest() {
        if (!texts.containsKey(Bundle.NEWEST)) {
            return;
        }
        try {
            Optional<Checkpoint> first = checkpoint(Bundle.CHECKPOINT);
            Optional<Checkpoint> second = checkpoint(Bundle.NEWEST);
            if (first.isEmpty() || second.isEmpty()) {
                altered(Bundle.NEWEST + " is not signed by a key of this log");
                return;
            }
            ConsistencyProof proof =
                    new ConsistencyProof(first.get().size(), second.get().size(), hashes(Bundle.CONSISTENCY));
            if (proof.proves(first.get().root(), second.get().root())) {
                good.add("the log went on from there: its newest check point here has "
                        + second.get().size() + " entries");
            } else {
                altered(Bundle.NEWEST + " is of another log than " + Bundle.CHECKPOINT);
            }
        } catch (NoteRefused | IllegalArgumentException senseless) {
            altered(Bundle.NEWEST + " or " + Bundle.CONSISTENCY + " makes no sense");
        }
    }

    private Optional<Checkpoint> checkpoint(String name) throws NoteRefused {
        Note note = Note.parse(texts.getOrDefault(name, new byte[0]));
        return note.verdict(keys) instanceof Note.Verdict.Signed
                ? Optional.of(Checkpoint.parse(note.text()))
                : Optional.empty();
    }

    private void entry(String line) {
        Matcher entry = ENTRY.matcher(line);
        if (!entry.matches() || log == null) {
            altered("a line of the log makes no sense, or nothing is there to hold it against");
            return;
        }
        byte[] data = entry.group(3).getBytes(US_ASCII);
        try {
            log.leaf(Long.parseLong(entry.group(1)), data, Optional.of(Hash.parse(entry.group(2))));
            LogEntry read = LogEntry.parse(data);
            if (read.kind().equals(LogEntry.AUDIT)) {
                awaited.put(read.id(), entry.group(3));
            }
            read.session()
                    .filter(named::containsKey)
                    .ifPresent(session -> claims.computeIfAbsent(session, _ -> new LogClaims())
                            .add(read));
        } catch (IOException | IllegalArgumentException senseless) {
            altered("entry " + entry.group(1) + " makes no sense");
        }
    }

    private void row(String line) {
        try {
            String id = LogEntry.parse(line.getBytes(UTF_8)).id();
            String data = awaited.remove(id);
            if (data == null) {
                altered("audit event " + BundleCheck.printable(id) + " is not among the entries beside it");
            } else if (!data.equals(line)) {
                altered("audit event " + BundleCheck.printable(id) + " is not what the log says");
            } else {
                rows++;
            }
        } catch (IOException | IllegalArgumentException senseless) {
            altered("a line of the audit events makes no sense");
        }
    }

    private void rowsAreThere() {
        awaited.keySet().forEach(id -> missing("audit event " + BundleCheck.printable(id) + ", which the log has"));
        awaited = new LinkedHashMap<>();
    }

    private void recording(String id, byte[] sidecar) {
        close();
        Bundle.Named which = named.get(id);
        if (which == null) {
            altered(Bundle.MANIFEST + " does not know of recording " + id);
        }
        if (reports.containsKey(id)) {
            altered("recording " + id + " is there twice");
        }
        open = id;
        check = new RecordingCheck(
                claims.getOrDefault(id, new LogClaims()), keys, sidecar, which == null || which.settled());
    }

    /** A member that may be large: a part of a recording. */
    void part(String name, InputStream content) throws IOException {
        begin();
        rowsAreThere();
        Matcher part = PART.matcher(name);
        if (!part.matches()) {
            altered(name + " does not belong here");
            return;
        }
        if (!part.group(1).equals(open)) {
            recording(part.group(1), new byte[0]);
        }
        if (check != null) {
            check.part(Integer.parseInt(part.group(3)), part.group(2), content, in -> Sidecar.text(in, part.group(2)));
        }
    }

    private void close() {
        if (check != null) {
            reports.put(open, check.report());
            check = null;
        }
    }

    /** Nothing more comes. */
    void finish() {
        begin();
        rowsAreThere();
        close();
        for (Bundle.Named each : named.values()) {
            if (!reports.containsKey(each.id())) {
                LogClaims of = claims.getOrDefault(each.id(), new LogClaims());
                reports.put(each.id(), new RecordingCheck(of, keys, new byte[0], each.settled()).report());
            }
        }
        if (log == null) {
            return;
        }
        switch (log.answer()) {
            case LogCheck.Answer.Intact intact ->
                good.add("the log: entries up to " + intact.signed() + " are those that were signed, and " + rows
                        + " audit events are what they say");
            case LogCheck.Answer.Faulty faulty ->
                faulty.findings().forEach(f -> found.accept(new Finding(kind(f), "the log is " + f.words())));
        }
    }

    private static Finding.Kind kind(LogCheck.Finding finding) {
        return switch (finding) {
            case LogCheck.Finding.Altered _,
                    LogCheck.Finding.AlteredWithin _,
                    LogCheck.Finding.Misplaced _,
                    LogCheck.Finding.SignatureWrong _ -> Finding.Kind.ALTERED;
            case LogCheck.Finding.Missing _ -> Finding.Kind.MISSING;
            case LogCheck.Finding.Truncated _ -> Finding.Kind.TRUNCATED;
            case LogCheck.Finding.NoteUnusable _, LogCheck.Finding.NothingSigned _ -> Finding.Kind.UNPROVEN;
        };
    }
}
