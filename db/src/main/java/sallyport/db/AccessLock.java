package sallyport.db;

import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Keeps a change of people, targets and rules apart from the decisions that rest on them: a request must not be approved
 * between the moment a change looks for what it voids and the moment it is committed. Held to the end of the transaction.
 */
final class AccessLock {

    /** Any number, as long as nothing else in this database uses it for an advisory lock. */
    private static final long KEY = 0x5341_4C4C_5950_4F52L;

    private AccessLock() {}

    /** Waits until nobody decides or changes, and keeps them out. */
    static void toChange(DSLContext dsl) {
        dsl.execute("select pg_advisory_xact_lock({0})", DSL.val(KEY));
    }

    /** Waits until nobody changes, and keeps them out; others may decide meanwhile. */
    static void toDecide(DSLContext dsl) {
        dsl.execute("select pg_advisory_xact_lock_shared({0})", DSL.val(KEY));
    }
}
