package sallyport.db;

import static sallyport.db.schema.Tables.AUDIT_EVENT;
import static sallyport.db.schema.Tables.SESSION;
import static sallyport.db.schema.Tables.SESSION_CLEARED;

import java.util.ArrayList;
import java.util.List;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import sallyport.policy.PersonId;

/** A {@link HistoryFilter} in SQL. */
final class HistoryConditions {

    private HistoryConditions() {}

    /** Which rows of {@code session}. */
    static Condition sessions(HistoryFilter filter) {
        List<Condition> all = ofSession(filter);
        filter.person().ifPresent(p -> all.add(SESSION.PERSON_ID.eq(p.value())));
        filter.target().ifPresent(t -> all.add(SESSION.TARGET_NAME.eq(t.value())));
        filter.since().ifPresent(t -> all.add(SESSION.STARTED_AT.ge(t)));
        filter.until().ifPresent(t -> all.add(SESSION.STARTED_AT.lt(t)));
        return DSL.and(all);
    }

    /** Which rows of {@code audit_event}, with their session's row beside them where there is one. */
    static Condition events(HistoryFilter filter) {
        List<Condition> all = ofSession(filter);
        filter.person()
                .ifPresent(p -> all.add(AUDIT_EVENT.ACTOR_ID.eq(p.value()).or(SESSION.PERSON_ID.eq(p.value()))));
        filter.target().ifPresent(t -> all.add(AUDIT_EVENT.TARGET.eq(t.value()).or(SESSION.TARGET_NAME.eq(t.value()))));
        filter.since().ifPresent(t -> all.add(AUDIT_EVENT.TIME.ge(t)));
        filter.until().ifPresent(t -> all.add(AUDIT_EVENT.TIME.lt(t)));
        return DSL.and(all);
    }

    /** Rows of {@code session} that {@code reader} has not cleared. */
    static Condition notCleared(PersonId reader) {
        return DSL.notExists(DSL.selectOne()
                .from(SESSION_CLEARED)
                .where(SESSION_CLEARED.PERSON_ID.eq(reader.value()))
                .and(SESSION_CLEARED.SESSION_ID.eq(SESSION.ID)));
    }

    private static List<Condition> ofSession(HistoryFilter filter) {
        List<Condition> all = new ArrayList<>();
        filter.environment().ifPresent(e -> all.add(SESSION.ENVIRONMENT.eq(e.word())));
        filter.workspace().ifPresent(w -> all.add(SESSION.WORKSPACE.eq(w.value())));
        filter.state().ifPresent(s -> all.add(SESSION.STATE.eq(s)));
        return all;
    }
}
