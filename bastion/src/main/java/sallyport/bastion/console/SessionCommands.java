package sallyport.bastion.console;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import sallyport.admin.RecordingOperations;
import sallyport.admin.SessionOperations;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;

/** {@code session ...}, put together: seeing, entering, changing, moving and ending sessions. */
final class SessionCommands {

    private final List<Verb> verbs;

    SessionCommands(
            SessionOperations sessions,
            RecordingOperations recordings,
            Function<PersonName, Optional<PersonId>> people) {
        this.verbs = Stream.of(
                        new SessionListing(sessions, people).verbs(),
                        new SessionShowing(sessions).verbs(),
                        new SessionEntering(sessions, recordings).verbs(),
                        new SessionChanging(sessions).verbs(),
                        new SessionMoving(sessions).verbs(),
                        new SessionEnding(sessions).verbs())
                .flatMap(List::stream)
                .toList();
    }

    List<Verb> verbs() {
        return verbs;
    }

    /** The argument that says which session. */
    static Verb which(Verb verb) {
        return verb.withPositional("ID", "its id, the beginning of its code, or its name");
    }
}
