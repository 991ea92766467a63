package sallyport.recorder.proof;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the leaves of a log from first to last and says whether they are what was signed. Needs public keys only, and memory
 * for the check points alone. For one thread; ends with {@link #answer}.
 *
 * <p>A leaf that was changed is named if the hash stored beside it was not, or else the leaves between the last two check points
 * that it is among. What comes behind a leaf that is missing is compared with its own hashes only: there is no root without it.
 */
public final class LogCheck {

    /** How many findings are kept; more are only counted. */
    public static final int MOST_FINDINGS = 1_000;

    /** One thing that is not as it should be. */
    public sealed interface Finding {

        /** One line for a person. */
        String words();

        /** The leaf holds other data than it did. */
        record Altered(long index) implements Finding {
            @Override
            public String words() {
                return "altered at entry " + index;
            }
        }

        /** One or several of the leaves from {@code from} to {@code to}, exclusive, are not those that were signed. */
        record AlteredWithin(long from, long to) implements Finding {
            @Override
            public String words() {
                return "altered within entries " + from + " to " + (to - 1);
            }
        }

        /** The leaves from {@code from} to {@code to}, exclusive, are not there, though later ones are. */
        record Missing(long from, long to) implements Finding {
            @Override
            public String words() {
                return to - from == 1 ? "missing: entry " + from : "missing: entries " + from + " to " + (to - 1);
            }
        }

        /** The leaf stands behind one that comes after it, or is there a second time. */
        record Misplaced(long index) implements Finding {
            @Override
            public String words() {
                return "out of place: entry " + index;
            }
        }

        /** The leaves end before entry {@code at}, and {@code signed} of them were signed. */
        record Truncated(long at, long signed) implements Finding {
            @Override
            public String words() {
                return "truncated at entry " + at + " of " + signed;
            }
        }

        /**
         * A check point has a signature that is not by the key it names.
         *
         * @param note which check point, from 0 in the order they were given
         */
        record SignatureWrong(int note, String key) implements Finding {
            @Override
            public String words() {
                return "signature wrong: check point " + note + " is not signed by " + key + " as it says";
            }
        }

        /** A check point cannot be read, is by no trusted key, or is about another log. */
        record NoteUnusable(int note, String why) implements Finding {
            @Override
            public String words() {
                return "check point " + note + " is of no use: " + why;
            }
        }

        /** No check point that counts covers any of the leaves. */
        record NothingSigned() implements Finding {
            @Override
            public String words() {
                return "nothing is signed: no check point by a trusted key covers these entries";
            }
        }
    }

    /** What was found. */
    public sealed interface Answer {

        /**
         * All leaves are there and are those that were signed.
         *
         * @param size how many leaves the log has, with those before the first that was read
         * @param signed the size of the last check point; what is behind it is not proven yet
         * @param checkpoints how many roots were compared
         */
        record Intact(long size, long signed, int checkpoints) implements Answer {}

        /**
         * Something is wrong.
         *
         * @param findings at least one, {@value #MOST_FINDINGS} at most
         * @param more how many there are beside these
         */
        record Faulty(List<Finding> findings, long more) implements Answer {}
    }

    private final Frontier tree;
    private final SortedMap<Long, List<Hash>> roots = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Frontier.Completed completed;
    private long more;

    /** Which leaf should come next. */
    private long next;

    /** The size up to which roots have been right. */
    private long proven;

    private long signed;
    private int compared;

    /** Whether all leaves so far are known, so that there is a root to compare. */
    private boolean whole = true;

    /**
     * A check of a whole log.
     *
     * @param origin which log; check points of others do not count
     * @param trusted whose signatures count
     * @param notes the check points, in any order; what is wrong with them becomes part of the answer
     */
    public LogCheck(String origin, Collection<VerifierKey> trusted, List<byte[]> notes) {
        this(origin, trusted, notes, Frontier.empty(), (_, _) -> {});
    }

    /**
     * A check of the leaves from {@code start.size()} on.
     *
     * @param start as somebody claims it was; a false one is found at the first check point
     * @param completed told of the nodes as they should be
     */
    public LogCheck(
            String origin,
            Collection<VerifierKey> trusted,
            List<byte[]> notes,
            Frontier start,
            Frontier.Completed completed) {
        this.tree = Frontier.of(start.size(), start.hashes());
        this.completed = completed;
        this.next = start.size();
        for (int i = 0; i < notes.size(); i++) {
            open(i, notes.get(i), origin, trusted);
        }
        compare();
    }

    private void open(int number, byte[] bytes, String origin, Collection<VerifierKey> trusted) {
        try {
            Note note = Note.parse(bytes);
            switch (note.verdict(trusted)) {
                case Note.Verdict.Wrong wrong ->
                    add(new Finding.SignatureWrong(number, wrong.key().name()));
                case Note.Verdict.Unknown _ -> add(new Finding.NoteUnusable(number, "no trusted key signed it"));
                case Note.Verdict.Signed _ -> {
                    Checkpoint checkpoint = Checkpoint.parse(note.text());
                    if (checkpoint.origin().equals(origin)) {
                        roots.computeIfAbsent(checkpoint.size(), _ -> new ArrayList<>())
                                .add(checkpoint.root());
                    } else {
                        add(new Finding.NoteUnusable(number, "it is about another log"));
                    }
                }
            }
        } catch (NoteRefused e) {
            add(new Finding.NoteUnusable(number, String.valueOf(e.getMessage())));
        }
    }

    /** The next leaf, without a hash of its own: a change is found at the next check point. */
    public void leaf(long index, byte[] data) {
        leaf(index, data, Optional.empty());
    }

    /**
     * The next leaf.
     *
     * @param said the hash that is stored beside it. It is only believed where the signed roots bear it out, and then says
     *     exactly which leaf was changed
     */
    public void leaf(long index, byte[] data, Optional<Hash> said) {
        Hash hash = Hash.ofLeaf(data);
        if (said.isPresent() && !said.get().equals(hash)) {
            add(new Finding.Altered(index));
        }
        if (index < next) {
            add(new Finding.Misplaced(index));
            return;
        }
        if (index > next) {
            add(new Finding.Missing(next, index));
            whole = false;
        }
        next = index + 1;
        if (whole) {
            tree.add(said.orElse(hash), completed);
            compare();
        }
    }

    private void compare() {
        List<Hash> expected = roots.getOrDefault(tree.size(), List.of());
        if (expected.isEmpty()) {
            return;
        }
        Hash root = tree.root();
        signed = tree.size();
        compared += expected.size();
        if (expected.stream().allMatch(root::equals)) {
            proven = tree.size();
        } else {
            add(new Finding.AlteredWithin(proven, tree.size()));
            // No later root can be right either, and each would only say the same again.
            whole = false;
        }
    }

    private void add(Finding finding) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(finding);
        } else {
            more++;
        }
    }

    /** What was found, once all leaves have been given. */
    public Answer answer() {
        List<Finding> all = new ArrayList<>(findings);
        if (!roots.isEmpty() && roots.lastKey() > next) {
            all.add(new Finding.Truncated(next, roots.lastKey()));
        }
        if (all.isEmpty() && compared == 0) {
            all.add(new Finding.NothingSigned());
        }
        return all.isEmpty() ? new Answer.Intact(next, signed, compared) : new Answer.Faulty(List.copyOf(all), more);
    }
}
