package sallyport.db;

import static sallyport.db.schema.Tables.AUDIT_EVENT;
import static sallyport.db.schema.Tables.SESSION;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and audit events, merged by time. Each kind is read in pages that start where the last one ended, by key, so a page
 * costs the same at the end of a long history as at its start.
 */
final class HistoryExport implements Iterator<HistoryRecord> {

    /** Rows of one kind in memory at once, at most. */
    static final int PAGE = 500;

    private final Pages sessions;
    private final Pages events;

    private HistoryExport(Pages sessions, Pages events) {
        this.sessions = sessions;
        this.events = events;
    }

    static Stream<HistoryRecord> stream(Database database, HistoryFilter filter) {
        long newest = database.ask(dsl -> dsl.select(DSL.coalesce(DSL.max(AUDIT_EVENT.SEQUENCE), 0L))
                .from(AUDIT_EVENT)
                .fetchSingle()
                .value1());
        HistoryExport export = new HistoryExport(
                new Pages(after -> sessions(database, filter, after)),
                new Pages(after -> events(database, filter, newest, after)));
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(export, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    private static List<? extends HistoryRecord> sessions(
            Database database, HistoryFilter filter, Optional<HistoryRecord> after) {
        Condition beyond = after.map(HistoryRecord.OfSession.class::cast)
                .map(last -> DSL.row(SESSION.STARTED_AT, SESSION.ID)
                        .gt(last.row().startedAt(), last.row().id().value()))
                .orElse(DSL.noCondition());
        return database.ask(dsl -> dsl.selectFrom(SESSION)
                .where(HistoryConditions.sessions(filter))
                .and(beyond)
                .orderBy(SESSION.STARTED_AT, SESSION.ID)
                .limit(PAGE)
                .fetch(row -> new HistoryRecord.OfSession(SessionRows.value(row))));
    }

    private static List<? extends HistoryRecord> events(
            Database database, HistoryFilter filter, long newest, Optional<HistoryRecord> after) {
        Condition beyond = after.map(HistoryRecord.OfEvent.class::cast)
                .map(last -> DSL.row(AUDIT_EVENT.TIME, AUDIT_EVENT.SEQUENCE)
                        .gt(last.event().time(), last.event().sequence()))
                .orElse(DSL.noCondition());
        return database.ask(dsl -> dsl.select(AUDIT_EVENT.fields())
                .from(AUDIT_EVENT)
                .leftJoin(SESSION)
                .on(SESSION.ID.eq(AUDIT_EVENT.SESSION_ID))
                .where(HistoryConditions.events(filter))
                .and(AUDIT_EVENT.SEQUENCE.le(newest))
                .and(beyond)
                .orderBy(AUDIT_EVENT.TIME, AUDIT_EVENT.SEQUENCE)
                .limit(PAGE)
                .fetch(row -> new HistoryRecord.OfEvent(AuditRow.stored(row.into(AUDIT_EVENT)))));
    }

    @Override
    public boolean hasNext() {
        return sessions.head().isPresent() || events.head().isPresent();
    }

    /** The earlier of the two heads. A session comes before the events of the same moment, which are about it. */
    @Override
    public HistoryRecord next() {
        Optional<HistoryRecord> session = sessions.head();
        Optional<HistoryRecord> event = events.head();
        if (session.isEmpty() && event.isEmpty()) {
            throw new NoSuchElementException("the export is at its end");
        }
        boolean sessionFirst = event.isEmpty()
                || (session.isPresent()
                        && !session.get().time().isAfter(event.get().time()));
        return sessionFirst ? sessions.take() : events.take();
    }

    /** One kind of records. */
    private static final class Pages {
        private final Function<Optional<HistoryRecord>, List<? extends HistoryRecord>> pageAfter;
        private final Queue<HistoryRecord> page = new ArrayDeque<>(PAGE);
        private @Nullable HistoryRecord last;
        private boolean atEnd;

        Pages(Function<Optional<HistoryRecord>, List<? extends HistoryRecord>> pageAfter) {
            this.pageAfter = pageAfter;
        }

        Optional<HistoryRecord> head() {
            if (page.isEmpty() && !atEnd) {
                page.addAll(pageAfter.apply(Optional.ofNullable(last)));
                atEnd = page.size() < PAGE;
            }
            return Optional.ofNullable(page.peek());
        }

        HistoryRecord take() {
            HistoryRecord taken = page.remove();
            last = taken;
            return taken;
        }
    }
}
