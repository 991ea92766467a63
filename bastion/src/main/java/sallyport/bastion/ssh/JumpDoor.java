package sallyport.bastion.ssh;

import java.util.Optional;
import sallyport.db.AccessSnapshot;
import sallyport.policy.AccessPolicy;
import sallyport.policy.Person;
import sallyport.policy.Target;

/**
 * Says where a {@code direct-tcpip} channel leads (RFC 4254 section 7.2): to an ssh server of the bastion's own in a target's
 * place, or not. A target's ssh port is never dialled for a client, so nothing passes the rules and the recorder (T24, T31). What
 * may be done on the target is not decided here, but at each visit.
 */
final class JumpDoor {

    /** The port that clients ask for if they name none. */
    private static final int SSH_PORT = 22;

    private final VisitDesk desk;
    private final JumpHost host;

    JumpDoor(VisitDesk desk, JumpHost host) {
        this.desk = desk;
        this.host = host;
    }

    /** Where it leads. */
    sealed interface Answer {

        /** To a target that the person may use. */
        record Open(Jump jump) implements Answer {}

        /**
         * Not to a target's ssh, as far as the person may know.
         *
         * @param words why not, if it leads nowhere else either; a target that is absent and one that is forbidden read the same (T11)
         */
        record Elsewhere(String words) implements Answer {}
    }

    /**
     * Asks the database.
     *
     * @throws sallyport.db.DatabaseAway if it does not answer
     */
    Answer answer(FrontSession outer, Connection connection, String hostName, long port) {
        Optional<Target> target = target(connection, hostName);
        if (target.isEmpty()) {
            return new Answer.Elsewhere(
                    "no target \"%s\" for you, and the bastion forwards to nothing else. Yours: ssh bastion target list"
                            .formatted(Visible.text(hostName)));
        }
        if (port != SSH_PORT && port != target.get().port()) {
            return new Answer.Elsewhere("port %d of %s cannot be reached through the bastion, only its ssh, port %d"
                    .formatted(port, target.get().name(), SSH_PORT));
        }
        return new Answer.Open(new Jump(
                outer,
                connection,
                target.get().name(),
                host.hostKey(),
                host.authority()
                        .vouch(
                                host.hostKey().getPublic(),
                                host.suffix().certified(target.get().name()),
                                desk.clock().instant())));
    }

    private Optional<Target> target(Connection connection, String hostName) {
        Optional<Person> person = desk.access().person(connection.person().id());
        if (person.isEmpty()) {
            return Optional.empty();
        }
        AccessSnapshot now = desk.access().snapshot();
        return host.suffix()
                .find(now.targets(), hostName)
                .filter(target ->
                        !AccessPolicy.logins(person.get(), target, now.rules()).isEmpty());
    }
}
