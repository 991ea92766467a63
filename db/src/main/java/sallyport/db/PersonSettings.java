package sallyport.db;

import static sallyport.db.schema.Tables.PERSON_SETTING;

import java.util.Optional;
import sallyport.policy.PersonId;

/** What people have set for themselves: short texts by name. What a name means is for its caller to say. */
public final class PersonSettings {

    /** Longest value, in characters. */
    public static final int LONGEST_VALUE = 1_000;

    private final Database database;

    public PersonSettings(Database database) {
        this.database = database;
    }

    /** What {@code person} has set {@code name} to. */
    public Optional<String> get(PersonId person, String name) {
        return database.ask(dsl -> dsl.select(PERSON_SETTING.VALUE)
                .from(PERSON_SETTING)
                .where(PERSON_SETTING.PERSON_ID.eq(person.value()))
                .and(PERSON_SETTING.NAME.eq(name))
                .fetchOptional(PERSON_SETTING.VALUE));
    }

    /**
     * Sets {@code name} to {@code value} for {@code person}, whatever it was.
     *
     * @throws IllegalArgumentException if {@code value} is longer than {@link #LONGEST_VALUE}
     */
    public void set(PersonId person, String name, String value) {
        if (value.length() > LONGEST_VALUE) {
            throw new IllegalArgumentException(
                    "a setting has " + LONGEST_VALUE + " characters at most, not " + value.length());
        }
        database.transact(dsl -> dsl.insertInto(PERSON_SETTING)
                .set(PERSON_SETTING.PERSON_ID, person.value())
                .set(PERSON_SETTING.NAME, StoredText.of(name))
                .set(PERSON_SETTING.VALUE, StoredText.of(value))
                .onConflict(PERSON_SETTING.PERSON_ID, PERSON_SETTING.NAME)
                .doUpdate()
                .set(PERSON_SETTING.VALUE, StoredText.of(value))
                .execute());
    }
}
