package sallyport.bastion.ssh;

import java.time.Duration;
import java.util.Optional;
import sallyport.policy.Login;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

/** Where a connection wants to go, parsed once from the user part of the ssh line and never again (T10). */
sealed interface Destination {

    /**
     * A target.
     *
     * @param login empty: the only one the person may use there
     */
    record ToTarget(Optional<Login> login, TargetName target, Options options) implements Destination {}

    /** One word: the person's own name, one of their targets, or something else. Who they are decides which. */
    record Bare(String word) implements Destination {}

    /**
     * A running session, by its name or code.
     *
     * @param readOnly {@code ro}: only to look on
     * @param takeOver the option of that name: instead of whoever is in it
     */
    record ToSession(String nameOrCode, boolean readOnly, boolean takeOver) implements Destination {}

    /** Nothing that can be understood; says what and how it should look. */
    record Malformed(String words) implements Destination {}

    /**
     * What follows the target.
     *
     * @param fresh {@code new}: never come back to a running session
     * @param readOnly {@code ro}: come back only to look on
     * @param takeOver the option of that name: come back instead of whoever is in it
     * @param name {@code name=}: what the session is called
     * @param reason {@code t=}: ticket or reason
     * @param duration {@code for=}: how long a grant is asked for
     */
    record Options(
            boolean fresh,
            boolean readOnly,
            boolean takeOver,
            Optional<SessionName> name,
            Optional<Reason> reason,
            Optional<Duration> duration) {
        static final Options NONE =
                new Options(false, false, false, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
