package sallyport.db;

import static sallyport.db.schema.Tables.API_TOKEN;
import static sallyport.db.schema.Tables.PERSON;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.policy.PersonId;
import sallyport.policy.audit.AuditEntry;

/** API tokens, of which only digests are known here. */
public final class ApiTokens {

    private final Database database;

    public ApiTokens(Database database) {
        this.database = database;
    }

    /**
     * Stores a token and {@code entry} about it, in one transaction.
     *
     * @param sha256 the digest of the secret, 32 bytes
     * @throws DatabaseAway if the database does not answer; the token must then not be shown, and another be made
     */
    public void create(UUID id, byte[] sha256, PersonId person, String name, Instant expires, AuditEntry entry) {
        if (sha256.length != 32) {
            throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + sha256.length);
        }
        database.transact(dsl -> {
            dsl.insertInto(API_TOKEN)
                    .set(API_TOKEN.ID, id)
                    .set(API_TOKEN.SHA256, sha256)
                    .set(API_TOKEN.PERSON_ID, person.value())
                    .set(API_TOKEN.NAME, StoredText.of(name))
                    .set(API_TOKEN.CREATED_AT, StoredTime.of(entry.time()))
                    .set(API_TOKEN.EXPIRES_AT, StoredTime.of(expires))
                    .execute();
            AuditRow.of(entry).insert(dsl);
        });
    }

    /** Whose token has that digest, if it has not expired at {@code now} and the person is enabled. */
    public Optional<TokenOwner> find(byte[] sha256, Instant now) {
        return database.ask(dsl -> dsl.select(API_TOKEN.fields())
                .from(API_TOKEN)
                .join(PERSON)
                .on(PERSON.ID.eq(API_TOKEN.PERSON_ID))
                .where(API_TOKEN.SHA256.eq(sha256))
                .and(API_TOKEN.EXPIRES_AT.gt(now))
                .and(PERSON.ENABLED)
                .fetchOptional(row -> new TokenOwner(
                        row.get(API_TOKEN.ID),
                        row.get(API_TOKEN.NAME),
                        new PersonId(row.get(API_TOKEN.PERSON_ID)),
                        row.get(API_TOKEN.EXPIRES_AT))));
    }
}
