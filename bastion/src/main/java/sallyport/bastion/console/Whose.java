package sallyport.bastion.console;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import sallyport.admin.Quoted;
import sallyport.policy.Permission;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;

/**
 * Whose sessions a command is about, by {@code --all} and {@code --person}.
 *
 * @param person empty: everybody's
 */
record Whose(Optional<PersonId> person) {

    /** Stands for a name that nobody has: it matches nothing, and is not the caller. */
    private static final PersonId NOBODY = new PersonId(new UUID(0, 0));

    /** The caller's own if neither was given. */
    static Whose of(Call call, Given given, Function<PersonName, Optional<PersonId>> people) {
        Optional<PersonName> named = given.option("--person").map(PersonName::new);
        if (given.has("--all")) {
            if (named.isPresent()) {
                throw new IllegalArgumentException("say --all or --person, not both");
            }
            return new Whose(Optional.empty());
        }
        return new Whose(Optional.of(
                named.filter(name -> !name.equals(call.caller().person().name()))
                        .map(name -> people.apply(name).orElse(NOBODY))
                        .orElse(call.caller().person().id())));
    }

    /** Whether it is the caller alone. */
    boolean isOwn(Call call) {
        return person.equals(Optional.of(call.caller().person().id()));
    }

    /**
     * What to end with if nobody has the name; empty if it may go on. Only those who may see others learn that: for the rest
     * an absent name and a foreign one end alike, at the permission that they lack (T20).
     */
    Optional<Exit> unknown(Call call, Given given) throws IOException {
        boolean sees = call.caller().person().may(Permission.VIEW_HISTORY);
        return person.equals(Optional.of(NOBODY)) && sees
                ? Optional.of(call.fail(
                        Exit.NOT_FOUND,
                        "nobody here is called "
                                + Quoted.of(given.option("--person").orElse(""))))
                : Optional.empty();
    }
}
