package sallyport.db;

import static sallyport.db.schema.Tables.EVIDENCE_LEAF;
import static sallyport.db.schema.Tables.EVIDENCE_NODE;
import static sallyport.db.schema.Tables.EVIDENCE_WAITING;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.Row2;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.EvidenceLeafRecord;
import sallyport.db.schema.tables.records.EvidenceNodeRecord;
import sallyport.db.schema.tables.records.EvidenceWaitingRecord;
import sallyport.recorder.proof.Frontier;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.Node;
import sallyport.recorder.proof.Subtree;

/**
 * The tables of the log: how leaves get into them, and hashes out.
 *
 * <p>What a transaction adds waits beside the tree when it commits: so no two transactions of the bastion wait for each other,
 * however many sessions begin at once. {@link #take} gives what waits its place. Only one does that at a time, across all
 * bastions on the database: so indices have no gaps.
 */
final class LogTree {

    /** At most so many leaves get their place in one transaction: it stays a short one. */
    static final int MOST_TAKEN = 1_000;

    /** The key of the advisory lock: "sallylog". A lock of its own, because the application may update no row here. */
    private static final long LOCK = 0x73616c6c796c6f67L;

    private static final Object PENDING = new Object();

    private LogTree() {}

    /** Makes {@code leaf} one of those that the transaction of {@code dsl} adds. */
    static void add(DSLContext dsl, NewLeaf leaf) {
        Configuration transaction = dsl.configuration();
        @SuppressWarnings("unchecked")
        List<NewLeaf> pending = (List<NewLeaf>) transaction.data(PENDING);
        if (pending == null) {
            pending = new ArrayList<>();
            transaction.data(PENDING, pending);
        }
        pending.add(leaf);
    }

    /** Lets what {@link #add} has noted wait for its place; false if that is nothing. The last thing before the commit. */
    static boolean append(DSLContext dsl) {
        @SuppressWarnings("unchecked")
        @Nullable
        List<NewLeaf> pending = (List<NewLeaf>) dsl.configuration().data(PENDING);
        if (pending == null) {
            return false;
        }
        List<EvidenceWaitingRecord> rows = new ArrayList<>();
        for (NewLeaf leaf : pending) {
            EvidenceWaitingRecord row = new EvidenceWaitingRecord();
            row.setId(leaf.id());
            row.setTime(leaf.time());
            row.setKind(leaf.kind());
            row.setSessionId(leaf.session().orElse(null));
            row.setData(leaf.data());
            rows.add(row);
        }
        dsl.insertInto(EVIDENCE_WAITING).set(rows).execute();
        return true;
    }

    /**
     * Gives what waits its place, the oldest first, in the transaction of {@code dsl}.
     *
     * @return whether there may be more
     * @throws LogDamaged if what is stored of the tree is not enough to go on
     */
    static boolean take(DSLContext dsl) {
        dsl.execute("select pg_advisory_xact_lock({0})", DSL.inline(LOCK));
        // Statements of their own: they must see what the last holder of the lock has committed.
        List<EvidenceWaitingRecord> waiting = dsl.selectFrom(EVIDENCE_WAITING)
                .orderBy(EVIDENCE_WAITING.SEQUENCE)
                .limit(MOST_TAKEN)
                .fetch();
        if (waiting.isEmpty()) {
            return false;
        }
        Set<UUID> placed = dsl.select(EVIDENCE_LEAF.ID)
                .from(EVIDENCE_LEAF)
                .where(EVIDENCE_LEAF.ID.in(
                        waiting.stream().map(EvidenceWaitingRecord::getId).toList()))
                .fetchSet(EVIDENCE_LEAF.ID);
        long size = size(dsl);
        List<Node> edge = Frontier.nodes(size);
        Frontier tree = Frontier.of(size, edge.stream().map(hashes(dsl, edge)).toList());
        List<EvidenceLeafRecord> leaves = new ArrayList<>();
        List<EvidenceNodeRecord> nodes = new ArrayList<>();
        for (EvidenceWaitingRecord row : waiting) {
            if (placed.contains(row.getId())) {
                continue;
            }
            Hash hash = LogLeaf.hash(row.getData());
            leaves.add(new EvidenceLeafRecord(
                    tree.size(),
                    row.getId(),
                    row.getTime(),
                    row.getKind(),
                    row.getSessionId(),
                    row.getData(),
                    hash.bytes()));
            tree.add(
                    hash,
                    (node, above) ->
                            nodes.add(new EvidenceNodeRecord((short) node.level(), node.index(), above.bytes())));
        }
        try {
            if (!leaves.isEmpty()) {
                dsl.insertInto(EVIDENCE_LEAF).set(leaves).execute();
            }
            if (!nodes.isEmpty()) {
                dsl.insertInto(EVIDENCE_NODE).set(nodes).execute();
            }
        } catch (IntegrityConstraintViolationException e) {
            throw new LogDamaged("the evidence log has hashes of entries that it has lost, from entry " + size
                    + " on; restore the tables evidence_leaf and evidence_node");
        }
        dsl.deleteFrom(EVIDENCE_WAITING)
                .where(EVIDENCE_WAITING.SEQUENCE.in(
                        waiting.stream().map(EvidenceWaitingRecord::getSequence).toList()))
                .execute();
        return waiting.size() == MOST_TAKEN;
    }

    /** Those of {@code ids}, in their order, that neither are leaves nor wait to be. */
    static Set<UUID> unknown(DSLContext dsl, Collection<UUID> ids) {
        Set<UUID> unknown = new LinkedHashSet<>(ids);
        if (!unknown.isEmpty()) {
            dsl.select(EVIDENCE_LEAF.ID)
                    .from(EVIDENCE_LEAF)
                    .where(EVIDENCE_LEAF.ID.in(ids))
                    // In one statement, or a leaf that gets its place meanwhile is in neither.
                    .unionAll(dsl.select(EVIDENCE_WAITING.ID)
                            .from(EVIDENCE_WAITING)
                            .where(EVIDENCE_WAITING.ID.in(ids)))
                    .fetchSet(EVIDENCE_LEAF.ID)
                    .forEach(unknown::remove);
        }
        return unknown;
    }

    /** How many leaves there are. */
    static long size(DSLContext dsl) {
        return dsl.select(DSL.coalesce(DSL.max(EVIDENCE_LEAF.INDEX).plus(1L), 0L))
                .from(EVIDENCE_LEAF)
                .fetchSingle()
                .value1();
    }

    /** The root of the first {@code size} leaves, which are there. */
    static Hash root(DSLContext dsl, long size) {
        if (size == 0) {
            return Hash.OF_NOTHING;
        }
        Subtree all = new Subtree(0, size);
        return all.hash(hashes(dsl, all.nodes()));
    }

    /** Reads the hashes at {@code nodes}, which are whole: two statements, however many. */
    static Function<Node, Hash> hashes(DSLContext dsl, Collection<Node> nodes) {
        Map<Node, Hash> found = new HashMap<>();
        List<Long> leaves = new ArrayList<>();
        List<Row2<Short, Long>> above = new ArrayList<>();
        for (Node node : nodes) {
            if (node.level() == 0) {
                leaves.add(node.index());
            } else {
                above.add(DSL.row((short) node.level(), node.index()));
            }
        }
        if (!leaves.isEmpty()) {
            dsl.select(EVIDENCE_LEAF.INDEX, EVIDENCE_LEAF.HASH)
                    .from(EVIDENCE_LEAF)
                    .where(EVIDENCE_LEAF.INDEX.in(leaves))
                    .forEach(row -> found.put(new Node(0, row.value1()), Hash.of(row.value2())));
        }
        if (!above.isEmpty()) {
            dsl.selectFrom(EVIDENCE_NODE)
                    .where(DSL.row(EVIDENCE_NODE.LEVEL, EVIDENCE_NODE.INDEX).in(above))
                    .forEach(row -> found.put(new Node(row.getLevel(), row.getIndex()), Hash.of(row.getHash())));
        }
        return node -> {
            Hash hash = found.get(node);
            if (hash == null) {
                throw new LogDamaged("the evidence log has lost the hash at level " + node.level() + ", index "
                        + node.index() + "; restore the tables evidence_leaf and evidence_node");
            }
            return hash;
        };
    }
}
