package sallyport.db;

import static sallyport.db.schema.Tables.JUMP_HOST_KEY;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/**
 * The host key that is shown in the targets' place: one for all bastions of this database, made by whichever comes first. Its
 * form is its callers' business.
 */
public final class JumpHostKeys {

    private final Database database;

    public JumpHostKeys(Database database) {
        this.database = database;
    }

    /**
     * The private key that is kept; if there is none yet, {@code fresh} is from now on, unless another was quicker. May take as
     * long as a change at leisure: it is asked at the start, where nobody waits at a prompt.
     */
    public String keptOr(Supplier<String> fresh, Instant now) {
        Optional<String> kept = database.inTransactionAtLeisure(JumpHostKeys::kept);
        if (kept.isPresent()) {
            return kept.get();
        }
        String made = fresh.get();
        return database.inTransactionAtLeisure(dsl -> {
            dsl.insertInto(JUMP_HOST_KEY)
                    .set(JUMP_HOST_KEY.PRIVATE_KEY, made)
                    .set(JUMP_HOST_KEY.MADE_AT, StoredTime.of(now))
                    .onConflictDoNothing()
                    .execute();
            return kept(dsl).orElseThrow(() -> new IllegalStateException("the key that was just kept is not there"));
        });
    }

    private static Optional<String> kept(DSLContext dsl) {
        return dsl.select(JUMP_HOST_KEY.PRIVATE_KEY).from(JUMP_HOST_KEY).fetchOptional(JUMP_HOST_KEY.PRIVATE_KEY);
    }
}
