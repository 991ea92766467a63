package sallyport.db;

import static sallyport.db.schema.Tables.RECORDED_COMMAND;
import static sallyport.db.schema.Tables.RECORDED_FILE;
import static sallyport.db.schema.Tables.RECORDING_INDEX;
import static sallyport.db.schema.Tables.SCREEN_LINE;
import static sallyport.db.schema.Tables.SESSION;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import sallyport.db.schema.tables.records.SessionRecord;
import sallyport.policy.session.SessionId;

/**
 * Searches what {@link SearchIndex} holds, newest first. Upper and lower case are the same, and every character stands for
 * itself.
 *
 * <p>Three ways lead to the matches, and which one is fast depends on what no planner can know: how common the text is.
 * If the filter leaves few sessions, their rows are looked at. Else the newest rows are looked through first, where what is
 * common is found at once; what is rarer than that has few matches, and the trigram index has them.
 */
public final class RecordingSearch {

    /** Shorter texts have no trigram. */
    public static final int SHORTEST = 3;

    /** Up to so many sessions are few. */
    private static final int FEW_SESSIONS = 500;

    /** How many of the newest rows are looked through. */
    private static final int NEWEST = 20_000;

    private static final Field<UUID> SESSION_ID = DSL.field(DSL.name("session_id"), UUID.class);
    private static final Field<Instant> AT = DSL.field(DSL.name("at"), SCREEN_LINE.AT.getDataType());
    private static final Field<Instant> STARTED_AT =
            DSL.field(DSL.name("started_at"), SCREEN_LINE.STARTED_AT.getDataType());
    private static final Field<Long> AT_MILLIS = DSL.field(DSL.name("at_millis"), Long.class);
    private static final Field<String> TEXT = DSL.field(DSL.name("text"), String.class);

    private final Database database;

    public RecordingSearch(Database database) {
        this.database = database;
    }

    /** What is searched. */
    public enum In {
        /** What was run. */
        COMMANDS,
        /** What was shown. */
        SCREENS,
        /** Which files something was done with. */
        FILES
    }

    /**
     * The newest matches.
     *
     * @param text is contained in what is found; {@value #SHORTEST} characters at least
     * @param filter of the sessions, but for the times, which are those of the matches
     * @param limit how many at most, 1 or more
     * @throws SearchTooWide if it cannot be answered in time, which is that of some statements: a few seconds
     */
    public List<SearchMatch> find(In in, String text, HistoryFilter filter, int limit) {
        Table<?> table = switch (in) {
            case COMMANDS -> RECORDED_COMMAND;
            case SCREENS -> SCREEN_LINE;
            case FILES -> RECORDED_FILE;
        };
        HistoryFilter sessions = new HistoryFilter(
                filter.person(),
                filter.target(),
                filter.environment(),
                filter.workspace(),
                filter.state(),
                Optional.empty(),
                Optional.empty());
        Question question = new Question(
                table, TEXT.likeIgnoreCase(pattern(text)), HistoryConditions.sessions(sessions), times(filter), limit);
        try {
            return eachOnce(database.inTransactionAtLeisure(
                    dsl -> find(dsl, question, !sessions.equals(HistoryFilter.everything()))));
        } catch (TimeUp timeUp) {
            throw new SearchTooWide(timeUp);
        }
    }

    /**
     * @param fits what the text must be like
     * @param of which sessions
     * @param times when
     */
    private record Question(Table<?> table, Condition fits, Condition of, Condition times, int limit) {}

    /** Kept apart from a database that is away; it passes through the transaction, which is rolled back. */
    private static final class TimeUp extends RuntimeException {
        private static final long serialVersionUID = 1;

        TimeUp(Throwable cause) {
            super(cause);
        }
    }

    /** What was done with two files, or with one that can have been either of two, is one match. */
    private static List<SearchMatch> eachOnce(List<SearchMatch> matches) {
        Set<Done> seen = new HashSet<>();
        return matches.stream()
                .filter(match -> match.operation()
                        .map(what -> seen.add(new Done(match.session().id(), match.at(), what)))
                        .orElse(true))
                .toList();
    }

    private record Done(SessionId session, Duration at, String operation) {}

    private static List<SearchMatch> find(DSLContext dsl, Question question, boolean narrow) {
        try {
            if (narrow) {
                List<UUID> few = dsl.select(SESSION.ID)
                        .from(SESSION)
                        .where(question.of)
                        .limit(FEW_SESSIONS + 1)
                        .fetch(SESSION.ID);
                if (few.size() <= FEW_SESSIONS) {
                    return few.isEmpty() ? List.of() : matches(dsl, question, inFew(question, few));
                }
            }
            List<SearchMatch> newest = matches(dsl, question, inNewest(question));
            if (newest.size() == question.limit) {
                return newest;
            }
            // The trigram index, also where the statistics say that the text is common: they were wrong, or it is old.
            dsl.execute("set local enable_seqscan = off");
            return matches(dsl, question, inAll(question));
        } catch (DataAccessException e) {
            if (e.getCause() instanceof SQLException sql && SqlFailure.QUERY_CANCELED.equals(sql.getSQLState())) {
                throw new TimeUp(e);
            }
            throw e;
        }
    }

    private static Select<?> inFew(Question question, List<UUID> sessions) {
        return DSL.select(question.table.fields())
                .from(question.table)
                .where(SESSION_ID.eq(DSL.any(sessions.toArray(UUID[]::new))))
                .and(question.times)
                .and(question.fits);
    }

    private static Select<?> inNewest(Question question) {
        Table<?> newest = DSL.select(question.table.fields())
                .from(question.table)
                .where(question.times)
                .orderBy(AT.desc())
                .limit(NEWEST)
                .asTable("newest");
        return DSL.select(newest.fields()).from(newest).where(question.fits);
    }

    private static Select<?> inAll(Question question) {
        return DSL.select(question.table.fields())
                .from(question.table)
                .where(question.fits)
                .and(question.times);
    }

    /** {@code hits} with their sessions, as far as those are meant. */
    private static List<SearchMatch> matches(DSLContext dsl, Question question, Select<?> hits) {
        // Materialized: whoever orders and limits must not change how the hits are found.
        CommonTableExpression<?> hit = DSL.name("hit").asMaterialized(hits);
        return dsl.with(hit)
                .select(hit.fields())
                .select(SESSION.fields())
                .from(hit)
                .join(SESSION)
                .on(SESSION.ID.eq(hit.field(SESSION_ID)))
                .where(question.of)
                .orderBy(
                        hit.field(AT).desc(),
                        hit.field(SESSION_ID).desc(),
                        hit.field(AT_MILLIS).desc())
                .limit(question.limit)
                .fetch(row -> match(row, hit, question.table));
    }

    private static SearchMatch match(Record row, Table<?> hit, Table<?> of) {
        SessionRecord session = row.into(SESSION);
        return new SearchMatch(
                SessionRows.value(session),
                row.get(hit.field(AT)),
                Duration.ofMillis(row.get(hit.field(AT_MILLIS))),
                row.get(hit.field(TEXT)),
                of.equals(RECORDED_COMMAND)
                        ? Optional.of(new SearchMatch.Command(
                                Optional.ofNullable(row.get(hit.field(RECORDED_COMMAND.STATUS))),
                                row.get(hit.field(RECORDED_COMMAND.DIRECTORY)),
                                row.get(hit.field(RECORDED_COMMAND.SOURCE)),
                                row.get(hit.field(RECORDED_COMMAND.CONFIDENCE))))
                        : Optional.empty(),
                of.equals(RECORDED_FILE) ? Optional.of(row.get(hit.field(RECORDED_FILE.OPERATION))) : Optional.empty());
    }

    private static Condition times(HistoryFilter filter) {
        Condition since = filter.since().map(AT::ge).orElse(DSL.noCondition());
        // The second part is what leaves out the months behind it.
        Condition until =
                filter.until().map(t -> AT.lt(t).and(STARTED_AT.lt(t))).orElse(DSL.noCondition());
        return since.and(until);
    }

    /** {@code text} anywhere, each of its characters for itself. */
    private static String pattern(String text) {
        return "%"
                + StoredText.of(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }

    /**
     * How many recordings a search looks at.
     *
     * @param filter the times are those of the starts of sessions
     */
    public IndexedSoFar soFar(HistoryFilter filter) {
        SelectField<Integer> read = DSL.count().filterWhere(RECORDING_INDEX.STATE.eq("read"));
        SelectField<Integer> failed = DSL.count().filterWhere(RECORDING_INDEX.STATE.eq("failed"));
        SelectField<Integer> waiting =
                DSL.count().filterWhere(RECORDING_INDEX.SESSION_ID.isNull().or(RECORDING_INDEX.STATE.eq("reading")));
        return database.ask(dsl -> dsl.select(read, waiting, failed)
                .from(SESSION)
                .leftJoin(RECORDING_INDEX)
                .on(RECORDING_INDEX.SESSION_ID.eq(SESSION.ID))
                .where(SESSION.RECORDING_BYTES.isNotNull())
                .and(HistoryConditions.sessions(filter))
                .fetchSingle(row -> new IndexedSoFar(row.value1(), row.value2(), row.value3())));
    }
}
