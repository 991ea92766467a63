package sallyport.db;

import static sallyport.db.schema.Tables.RECORDED_COMMAND;
import static sallyport.db.schema.Tables.RECORDED_FILE;
import static sallyport.db.schema.Tables.RECORDING_INDEX;
import static sallyport.db.schema.Tables.SCREEN_LINE;
import static sallyport.db.schema.Tables.SESSION;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.impl.DSL;
import sallyport.db.schema.tables.records.RecordedCommandRecord;
import sallyport.db.schema.tables.records.RecordedFileRecord;
import sallyport.db.schema.tables.records.ScreenLineRecord;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/**
 * What recordings can be searched for, as it is filled: a recording at a time, in pieces, so that nobody waits for a long one.
 * {@link RecordingSearch} asks it. All of it can be made again from the recordings.
 */
public final class SearchIndex {

    /** How many commands, lines and operations on files {@link #add} takes at once. */
    public static final int MOST_AT_ONCE = 1_000;

    /** How many rows one statement deletes. */
    private static final int DELETED_AT_ONCE = 20_000;

    private static final String READING = "reading";
    private static final String READ = "read";
    private static final String FAILED = "failed";
    private static final String PURGED = "purged";

    private final Database database;

    public SearchIndex(Database database) {
        this.database = database;
    }

    /**
     * Sessions that are over and whose recordings have not been read by this version or a later one, the newest first.
     *
     * @param endedSince looks no further back
     */
    public List<SessionRow> waiting(int version, Instant endedSince, int limit) {
        return database.ask(dsl -> dsl.select(SESSION.fields())
                .from(SESSION)
                .leftJoin(RECORDING_INDEX)
                .on(RECORDING_INDEX.SESSION_ID.eq(SESSION.ID))
                .where(SESSION.RECORDING_BYTES.isNotNull())
                .and(SESSION.ENDED_AT.ge(endedSince))
                .and(waits(version))
                .orderBy(SESSION.ENDED_AT.desc())
                .limit(limit)
                .fetch(row -> SessionRows.value(row.into(SESSION))));
    }

    private static Condition waits(int version) {
        return RECORDING_INDEX
                .SESSION_ID
                .isNull()
                .or(RECORDING_INDEX.STATE.eq(READING))
                .or(RECORDING_INDEX.VERSION.lt(version).and(RECORDING_INDEX.STATE.ne(PURGED)));
    }

    /** The recording of {@code session} is read from its beginning: what was found in it before is forgotten. */
    public void begin(SessionRow session, int version, Instant now) {
        database.transact(dsl -> {
            month(dsl, session.startedAt());
            month(
                    dsl,
                    session.startedAt().atOffset(ZoneOffset.UTC).plusMonths(1).toInstant());
        });
        mark(session.id(), READING, version, now);
        delete(session.id());
    }

    /** The partitions that {@code moment} is in; the application may only ask for them. */
    private static void month(DSLContext dsl, Instant moment) {
        dsl.execute("select recording_index_month({0})", DSL.val(moment, SESSION.STARTED_AT));
    }

    /** More that was found; {@value #MOST_AT_ONCE} of each at most. Between {@link #begin} and {@link #read}. */
    public void add(
            SessionRow session, List<IndexedCommand> commands, List<IndexedLine> lines, List<IndexedFile> files) {
        if (commands.size() > MOST_AT_ONCE || lines.size() > MOST_AT_ONCE || files.size() > MOST_AT_ONCE) {
            throw new IllegalArgumentException("%d commands, %d lines and %d operations on files at once"
                    .formatted(commands.size(), lines.size(), files.size()));
        }
        Instant start = StoredTime.of(session.startedAt());
        database.transact(dsl -> {
            if (!commands.isEmpty()) {
                dsl.insertInto(RECORDED_COMMAND)
                        .set(commands.stream()
                                .map(c -> record(session, start, c))
                                .toList())
                        .execute();
            }
            if (!files.isEmpty()) {
                dsl.insertInto(RECORDED_FILE)
                        .set(files.stream().map(f -> record(session, start, f)).toList())
                        .execute();
            }
            if (!lines.isEmpty()) {
                dsl.insertInto(SCREEN_LINE)
                        .set(lines.stream().map(l -> record(session, start, l)).toList())
                        .execute();
            }
        });
    }

    private static RecordedCommandRecord record(SessionRow session, Instant start, IndexedCommand command) {
        RecordedCommandRecord row = new RecordedCommandRecord();
        row.setSessionId(session.id().value());
        row.setStartedAt(start);
        row.setAt(start.plus(command.at()));
        row.setAtMillis(command.at().toMillis());
        row.setText(StoredText.of(command.text()));
        row.setStatus(command.status().orElse(null));
        row.setDirectory(StoredText.of(command.directory()));
        row.setSource(command.source());
        row.setConfidence(command.confidence());
        return row;
    }

    private static RecordedFileRecord record(SessionRow session, Instant start, IndexedFile file) {
        RecordedFileRecord row = new RecordedFileRecord();
        row.setSessionId(session.id().value());
        row.setStartedAt(start);
        row.setAt(start.plus(file.at()));
        row.setAtMillis(file.at().toMillis());
        row.setText(StoredText.of(file.path()));
        row.setOperation(StoredText.of(file.operation()));
        return row;
    }

    private static ScreenLineRecord record(SessionRow session, Instant start, IndexedLine line) {
        ScreenLineRecord row = new ScreenLineRecord();
        row.setSessionId(session.id().value());
        row.setStartedAt(start);
        row.setAt(start.plus(line.at()));
        row.setAtMillis(line.at().toMillis());
        row.setLastMillis(line.last().toMillis());
        row.setText(StoredText.of(line.text()));
        return row;
    }

    /**
     * The recording was read to its end.
     *
     * @param leftOut how much was not added, because there was too much
     */
    public void read(SessionId session, int commands, int lines, long leftOut, Instant now) {
        database.ask(dsl -> dsl.update(RECORDING_INDEX)
                .set(RECORDING_INDEX.STATE, READ)
                .set(RECORDING_INDEX.CHANGED_AT, StoredTime.of(now))
                .set(RECORDING_INDEX.COMMANDS, commands)
                .set(RECORDING_INDEX.LINES, lines)
                .set(RECORDING_INDEX.LEFT_OUT, leftOut)
                .where(RECORDING_INDEX.SESSION_ID.eq(session.value()))
                .and(RECORDING_INDEX.STATE.eq(READING))
                .execute());
    }

    /** The recording could not be read, and is not tried again until somebody asks. */
    public void failed(SessionId session, int version, String problem, Instant now) {
        database.ask(dsl -> dsl.insertInto(RECORDING_INDEX)
                .set(RECORDING_INDEX.SESSION_ID, session.value())
                .set(RECORDING_INDEX.STATE, FAILED)
                .set(RECORDING_INDEX.VERSION, version)
                .set(RECORDING_INDEX.CHANGED_AT, StoredTime.of(now))
                .set(RECORDING_INDEX.PROBLEM, StoredText.of(problem))
                .onConflict(RECORDING_INDEX.SESSION_ID)
                .doUpdate()
                .set(RECORDING_INDEX.STATE, FAILED)
                .set(RECORDING_INDEX.VERSION, version)
                .set(RECORDING_INDEX.CHANGED_AT, StoredTime.of(now))
                .set(RECORDING_INDEX.PROBLEM, StoredText.of(problem))
                .execute());
    }

    /** The recording is gone, and with it what was found in it. Doing it twice does no harm. */
    public void purge(SessionId session, Instant now) {
        mark(session, PURGED, 0, now);
        delete(session);
    }

    /**
     * Recordings shall be read again, also those that failed.
     *
     * @param which empty: all that are not purged
     * @return how many
     */
    public int again(Optional<SessionId> which) {
        Condition meant =
                which.map(id -> RECORDING_INDEX.SESSION_ID.eq(id.value())).orElse(DSL.noCondition());
        return database.ask(dsl -> dsl.update(RECORDING_INDEX)
                .set(RECORDING_INDEX.VERSION, 0)
                .where(RECORDING_INDEX.STATE.ne(PURGED))
                .and(meant)
                .execute());
    }

    /** Whether the recording is known to be gone. */
    public boolean isPurged(SessionId session) {
        return database.ask(dsl -> dsl.fetchExists(
                RECORDING_INDEX, RECORDING_INDEX.SESSION_ID.eq(session.value()).and(RECORDING_INDEX.STATE.eq(PURGED))));
    }

    private void mark(SessionId session, String state, int version, Instant now) {
        database.ask(dsl -> dsl.insertInto(RECORDING_INDEX)
                .set(RECORDING_INDEX.SESSION_ID, session.value())
                .set(RECORDING_INDEX.STATE, state)
                .set(RECORDING_INDEX.VERSION, version)
                .set(RECORDING_INDEX.CHANGED_AT, StoredTime.of(now))
                .onConflict(RECORDING_INDEX.SESSION_ID)
                .doUpdate()
                .set(RECORDING_INDEX.STATE, state)
                .set(RECORDING_INDEX.VERSION, version)
                .set(RECORDING_INDEX.CHANGED_AT, StoredTime.of(now))
                .setNull(RECORDING_INDEX.PROBLEM)
                .set(RECORDING_INDEX.COMMANDS, 0)
                .set(RECORDING_INDEX.LINES, 0)
                .set(RECORDING_INDEX.LEFT_OUT, 0L)
                .execute());
    }

    private void delete(SessionId session) {
        Optional<Instant> start = database.ask(dsl -> dsl.select(SESSION.STARTED_AT)
                .from(SESSION)
                .where(SESSION.ID.eq(session.value()))
                .fetchOptional(SESSION.STARTED_AT));
        start.ifPresent(at -> {
            delete(RECORDED_COMMAND, session, at);
            delete(SCREEN_LINE, session, at);
            delete(RECORDED_FILE, session, at);
        });
    }

    /**
     * In pieces: a statement may not take long, and a recording may have shown much. All rows of a session are in one
     * partition, in which a ctid is one row.
     */
    private void delete(Table<?> table, SessionId session, Instant start) {
        int deleted;
        do {
            deleted = database.ask(dsl -> dsl.execute(
                    "delete from {0} where session_id = {1} and started_at = {2} and ctid = any(array("
                            + "select ctid from {0} where session_id = {1} and started_at = {2} limit {3}))",
                    table, DSL.val(session.value()), DSL.val(start, SESSION.STARTED_AT), DSL.inline(DELETED_AT_ONCE)));
        } while (deleted == DELETED_AT_ONCE);
    }
}
