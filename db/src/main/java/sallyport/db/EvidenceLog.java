package sallyport.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static sallyport.db.schema.Tables.AUDIT_EVENT;
import static sallyport.db.schema.Tables.EVIDENCE_CHECKPOINT;
import static sallyport.db.schema.Tables.EVIDENCE_LEAF;
import static sallyport.db.schema.Tables.EVIDENCE_NODE;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.db.schema.tables.records.AuditEventRecord;
import sallyport.policy.session.SessionId;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.ConsistencyProof;
import sallyport.recorder.proof.Frontier;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.InclusionProof;
import sallyport.recorder.proof.LogCheck;
import sallyport.recorder.proof.Node;
import sallyport.recorder.proof.Subtree;
import sallyport.recorder.proof.VerifierKey;

/**
 * The log that proves what was there: everything that happened, as the leaves of one Merkle tree (RFC 6962). {@link
 * JournaledAuditLog} and the methods that write audit entries add to it, {@link Checkpoints} gives that its place and signs it,
 * and this reads it. {@code docs/proof.md} describes it for whoever checks.
 */
public final class EvidenceLog {

    /** How many leaves are read with one statement. */
    static final int PAGE = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceLog.class);

    private final Database database;

    public EvidenceLog(Database database) {
        this.database = database;
    }

    /**
     * Gives all that was committed and waits its place in the log.
     *
     * @throws LogDamaged if what is stored of the tree is not enough to go on
     */
    void take() {
        boolean more = true;
        while (more) {
            more = database.inTransaction(LogTree::take);
        }
    }

    /** How many leaves there are. */
    public long size() {
        return database.ask(LogTree::size);
    }

    /**
     * The root of the first {@code size} leaves, from the stored hashes.
     *
     * @throws IllegalArgumentException if there are not so many
     * @throws LogDamaged if hashes are missing
     */
    public Hash root(long size) {
        return database.readAtOneMoment(dsl -> {
            require(dsl, size);
            return LogTree.root(dsl, size);
        });
    }

    /** The newest check point of the greatest size. */
    public Optional<StoredCheckpoint> latest() {
        return database.ask(dsl -> dsl.selectFrom(EVIDENCE_CHECKPOINT)
                .orderBy(EVIDENCE_CHECKPOINT.SIZE.desc(), EVIDENCE_CHECKPOINT.SEQUENCE.desc())
                .limit(1)
                .fetchOptional(StoredCheckpoint::of));
    }

    /** The last check point of each hour, from the smallest: enough to find a change, few enough to hand over. */
    public List<StoredCheckpoint> hourly() {
        return database.ask(dsl -> dsl.select(EVIDENCE_CHECKPOINT.fields())
                .distinctOn(DSL.field("date_trunc('hour', {0}, 'UTC')", EVIDENCE_CHECKPOINT.TIME))
                .from(EVIDENCE_CHECKPOINT)
                .orderBy(
                        DSL.field("date_trunc('hour', {0}, 'UTC')", EVIDENCE_CHECKPOINT.TIME),
                        EVIDENCE_CHECKPOINT.SIZE.desc(),
                        EVIDENCE_CHECKPOINT.SEQUENCE.desc())
                .fetch(row -> StoredCheckpoint.of(row.into(EVIDENCE_CHECKPOINT))));
    }

    /** The leaf of the audit entry or of the fact with that id. */
    public Optional<LogLeaf> leaf(UUID id) {
        return database.ask(dsl ->
                dsl.selectFrom(EVIDENCE_LEAF).where(EVIDENCE_LEAF.ID.eq(id)).fetchOptional(LogLeaf::of));
    }

    /**
     * The leaves of {@code session} from {@code index} on, at most {@code limit}, in the order of the log. Of a session that ran
     * for weeks there are tens of thousands.
     *
     * @param kind {@code audit}, or the word for a fact about a recording; empty for all
     */
    public List<LogLeaf> leaves(SessionId session, Optional<String> kind, long index, int limit) {
        return database.ask(dsl -> dsl.selectFrom(EVIDENCE_LEAF)
                .where(EVIDENCE_LEAF.SESSION_ID.eq(session.value()))
                .and(kind.map(EVIDENCE_LEAF.KIND::eq).orElse(DSL.noCondition()))
                .and(EVIDENCE_LEAF.INDEX.ge(index))
                .orderBy(EVIDENCE_LEAF.INDEX)
                .limit(limit)
                .fetch(LogLeaf::of));
    }

    /** The leaves from {@code index} on, in order, read page by page: a slow reader holds no connection. */
    public Stream<LogLeaf> leaves(long index) {
        return Stream.iterate(
                        page(index),
                        page -> !page.isEmpty(),
                        page -> page(page.getLast().index() + 1))
                .flatMap(List::stream);
    }

    private List<LogLeaf> page(long index) {
        return leaves(index, Long.MAX_VALUE, PAGE);
    }

    /**
     * The proof that leaf {@code index} is in the tree of the first {@code size} leaves. It is made from some thirty stored
     * hashes at ten million leaves, found by key.
     *
     * @throws IllegalArgumentException if there is no such leaf or tree
     * @throws LogDamaged if hashes are missing
     */
    public InclusionProof inclusion(long index, long size) {
        List<Subtree> subtrees = InclusionProof.subtrees(index, size);
        return database.readAtOneMoment(dsl -> {
            require(dsl, size);
            return InclusionProof.of(index, size, LogTree.hashes(dsl, nodes(subtrees)));
        });
    }

    /**
     * The proof that the first {@code second} leaves begin with the first {@code first}.
     *
     * @throws IllegalArgumentException if there are no such trees
     * @throws LogDamaged if hashes are missing
     */
    public ConsistencyProof consistency(long first, long second) {
        List<Subtree> subtrees = ConsistencyProof.subtrees(first, second);
        return database.readAtOneMoment(dsl -> {
            require(dsl, second);
            return ConsistencyProof.of(first, second, LogTree.hashes(dsl, nodes(subtrees)));
        });
    }

    private static List<Node> nodes(List<Subtree> subtrees) {
        return subtrees.stream().flatMap(s -> s.nodes().stream()).toList();
    }

    /** What a check that begins at leaf {@code size} must know of those before it. */
    public Frontier frontier(long size) {
        List<Node> edge = Frontier.nodes(size);
        return database.readAtOneMoment(dsl -> {
            require(dsl, size);
            return Frontier.of(
                    size, edge.stream().map(LogTree.hashes(dsl, edge)).toList());
        });
    }

    private static void require(DSLContext dsl, long size) {
        long stored = LogTree.size(dsl);
        if (size > stored) {
            throw new IllegalArgumentException("the log has " + stored + " entries, not " + size);
        }
    }

    /** How the log stands to {@code known}, the last check point that is held elsewhere (R19). */
    public Standing standing(Checkpoint known) {
        try {
            return database.readAtOneMoment(dsl -> {
                long size = LogTree.size(dsl);
                if (size < known.size()) {
                    return new Standing.Older(known, size);
                }
                Hash root = LogTree.root(dsl, known.size());
                return root.equals(known.root())
                        ? new Standing.Continues(known, size)
                        : new Standing.Different(known, root);
            });
        } catch (LogDamaged e) {
            return new Standing.Damaged(String.valueOf(e.getMessage()));
        }
    }

    /** Adds a check point to those that are stored. */
    void store(StoredCheckpoint checkpoint) {
        database.transact(dsl -> dsl.insertInto(EVIDENCE_CHECKPOINT)
                .set(EVIDENCE_CHECKPOINT.TIME, StoredTime.of(checkpoint.time()))
                .set(EVIDENCE_CHECKPOINT.SIZE, checkpoint.size())
                .set(EVIDENCE_CHECKPOINT.ROOT, checkpoint.root().bytes())
                .set(EVIDENCE_CHECKPOINT.NOTE, checkpoint.note())
                .execute());
    }

    /**
     * Reads the whole log and everything that hangs on it, and says what is not as it was signed. What was committed is given its
     * place first. Takes its time, some forty seconds for a million leaves, and memory that does not grow with them.
     *
     * @param origin the name of the log
     * @param trusted the keys that count, earlier ones too
     * @param elsewhere check points that were kept outside the database, which is where a rewritten one shows
     */
    public Verification verify(String origin, Collection<VerifierKey> trusted, Collection<byte[]> elsewhere) {
        settle();
        List<byte[]> notes = new ArrayList<>(elsewhere);
        hourly().forEach(c -> notes.add(c.note().getBytes(UTF_8)));
        Map<Node, Hash> expected = new HashMap<>();
        Rows rows = new Rows();
        LogCheck check = new LogCheck(origin, trusted, notes, Frontier.empty(), expected::put);
        for (List<LogLeaf> page = page(0);
                !page.isEmpty();
                page = page(page.getLast().index() + 1)) {
            page.forEach(leaf -> check.leaf(leaf.index(), leaf.bytes(), Optional.of(leaf.hash())));
            compareRows(page, rows::add);
            compareNodes(expected, rows);
            expected.clear();
        }
        withoutLeaf(DSL.noCondition(), id -> {
            rows.add(new Verification.LeafMissing(id));
            return true;
        });
        return new Verification(check.answer(), rows.found, rows.more);
    }

    /** So that nothing waits that was committed before; if the tree is damaged, the reading of it will say how. */
    private void settle() {
        try {
            take();
        } catch (LogDamaged e) {
            LOG.warn("the log is verified as it is, without what waits for its place", e);
        }
    }

    /** What was found beside the leaves: somebody may have emptied a table, and memory must not grow with that. */
    private static final class Rows {
        private static final int MOST = 100;

        private final List<Verification.Row> found = new ArrayList<>();
        private long more;

        void add(Verification.Row row) {
            if (found.size() < MOST) {
                found.add(row);
            } else {
                more++;
            }
        }
    }

    /** Gives {@code found} the audit events of {@code which} that have no leaf, though the log had begun, page by page; false ends it. */
    private void withoutLeaf(Condition which, Predicate<UUID> found) {
        Optional<Instant> began = began();
        if (began.isEmpty()) {
            return;
        }
        long after = 0;
        while (true) {
            long last = after;
            var page = database.ask(dsl -> dsl.select(AUDIT_EVENT.SEQUENCE, AUDIT_EVENT.ID)
                    .from(AUDIT_EVENT)
                    .where(which)
                    .and(AUDIT_EVENT.SEQUENCE.gt(last))
                    .and(AUDIT_EVENT.TIME.ge(began.get()))
                    .orderBy(AUDIT_EVENT.SEQUENCE)
                    .limit(PAGE)
                    .fetch());
            if (page.isEmpty()) {
                return;
            }
            for (UUID id : database.ask(dsl -> LogTree.unknown(dsl, page.getValues(AUDIT_EVENT.ID)))) {
                if (!found.test(id)) {
                    return;
                }
            }
            after = page.getLast().value1();
        }
    }

    /** From the first to the last leaf about {@code sessions}; empty if there is none. */
    public Optional<LeafRange> range(List<SessionId> sessions) {
        long first = Long.MAX_VALUE;
        long last = -1;
        for (int from = 0; from < sessions.size(); from += PAGE) {
            List<UUID> some = sessions.subList(from, Math.min(sessions.size(), from + PAGE)).stream()
                    .map(SessionId::value)
                    .toList();
            var range = database.ask(dsl -> dsl.select(DSL.min(EVIDENCE_LEAF.INDEX), DSL.max(EVIDENCE_LEAF.INDEX))
                    .from(EVIDENCE_LEAF)
                    .where(EVIDENCE_LEAF.SESSION_ID.in(some))
                    .fetchSingle());
            if (range.value1() != null) {
                first = Math.min(first, range.value1());
                last = Math.max(last, range.value2());
            }
        }
        return last < 0 ? Optional.empty() : Optional.of(new LeafRange(first, last));
    }

    /** The smallest check point of {@code size} leaves or more. */
    public Optional<StoredCheckpoint> covering(long size) {
        return database.ask(dsl -> dsl.selectFrom(EVIDENCE_CHECKPOINT)
                .where(EVIDENCE_CHECKPOINT.SIZE.ge(size))
                .orderBy(EVIDENCE_CHECKPOINT.SIZE, EVIDENCE_CHECKPOINT.SEQUENCE)
                .limit(1)
                .fetchOptional(StoredCheckpoint::of));
    }

    /** The leaves from {@code index} up to {@code to}, exclusive, at most {@code limit}, in order. */
    public List<LogLeaf> leaves(long index, long to, int limit) {
        return database.ask(dsl -> dsl.selectFrom(EVIDENCE_LEAF)
                .where(EVIDENCE_LEAF.INDEX.ge(index))
                .and(EVIDENCE_LEAF.INDEX.lt(to))
                .orderBy(EVIDENCE_LEAF.INDEX)
                .limit(limit)
                .fetch(LogLeaf::of));
    }

    /** The rows of the audit table that {@code leaves} are about, as lines in the form of leaves; those that are there. */
    public List<String> rows(List<LogLeaf> leaves) {
        List<UUID> ids = leaves.stream().map(LogLeaf::id).toList();
        Map<UUID, AuditEventRecord> stored = auditEvents(ids);
        return ids.stream()
                .map(stored::get)
                .filter(Objects::nonNull)
                .map(row -> NewLeaf.of(row).data())
                .toList();
    }

    private Map<UUID, AuditEventRecord> auditEvents(List<UUID> ids) {
        return database.ask(
                dsl -> dsl.selectFrom(AUDIT_EVENT).where(AUDIT_EVENT.ID.in(ids)).fetchMap(AUDIT_EVENT.ID));
    }

    /** When the first leaf was added: what is older has none. Empty if there are no leaves. */
    public Optional<Instant> began() {
        return database.ask(dsl -> dsl.select(EVIDENCE_LEAF.TIME)
                .from(EVIDENCE_LEAF)
                .orderBy(EVIDENCE_LEAF.INDEX)
                .limit(1)
                .fetchOptional(EVIDENCE_LEAF.TIME));
    }

    /** Audit events of {@code session} without a leaf, though the log had begun, that none waits for: the oldest {@code limit}. */
    public List<UUID> withoutLeaf(SessionId session, int limit) {
        List<UUID> found = new ArrayList<>();
        withoutLeaf(AUDIT_EVENT.SESSION_ID.eq(session.value()), id -> found.add(id) && found.size() < limit);
        return found;
    }

    /** Which rows of the audit table are not what {@code leaves} say, or are gone. */
    public List<Verification.Row> compare(List<LogLeaf> leaves) {
        List<Verification.Row> rows = new ArrayList<>();
        compareRows(leaves, rows::add);
        return rows;
    }

    private void compareRows(List<LogLeaf> page, Consumer<Verification.Row> rows) {
        List<UUID> ids = page.stream()
                .filter(leaf -> leaf.kind().equals(NewLeaf.AUDIT))
                .map(LogLeaf::id)
                .toList();
        Map<UUID, AuditEventRecord> stored = auditEvents(ids);
        for (LogLeaf leaf : page) {
            if (leaf.kind().equals(NewLeaf.AUDIT)) {
                AuditEventRecord row = stored.get(leaf.id());
                if (row == null) {
                    rows.accept(new Verification.RowMissing(leaf.index(), leaf.id()));
                } else if (!agrees(row, leaf)) {
                    rows.accept(new Verification.RowAltered(leaf.index(), leaf.id()));
                }
            }
        }
    }

    private static boolean agrees(AuditEventRecord row, LogLeaf leaf) {
        try {
            return NewLeaf.of(row).data().equals(leaf.data())
                    // The column is a copy, for questions; the leaf has it in the detail.
                    && (row.getTarget() == null
                            || NewLeaf.target(row.getDetail())
                                    .map(StoredText::of)
                                    .equals(Optional.of(row.getTarget())));
        } catch (IllegalArgumentException e) {
            // The detail is no JSON any more.
            return false;
        }
    }

    private void compareNodes(Map<Node, Hash> expected, Rows rows) {
        Map<Integer, List<Long>> levels = new HashMap<>();
        expected.keySet()
                .forEach(node -> levels.computeIfAbsent(node.level(), _ -> new ArrayList<>())
                        .add(node.index()));
        Map<Node, Hash> stored = new HashMap<>();
        levels.forEach((level, indices) -> database.ask(dsl -> dsl.selectFrom(EVIDENCE_NODE)
                        .where(EVIDENCE_NODE.LEVEL.eq(level.shortValue()))
                        .and(EVIDENCE_NODE.INDEX.in(indices))
                        .fetch())
                .forEach(row -> stored.put(new Node(row.getLevel(), row.getIndex()), Hash.of(row.getHash()))));
        expected.forEach((node, hash) -> {
            if (!Optional.ofNullable(stored.get(node)).equals(Optional.of(hash))) {
                rows.add(new Verification.NodeAltered(node));
            }
        });
    }
}
