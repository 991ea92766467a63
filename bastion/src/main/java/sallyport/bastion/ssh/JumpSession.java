package sallyport.bastion.ssh;

import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.ServerFactoryManager;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Person;
import sallyport.policy.PersonId;

/**
 * A connection that came through another one ({@code ssh -J bastion root@web-1}) and stands in the target's place. Its person is
 * the outer one's and can be nobody else: {@link JumpLogin} lets them in without a question while they are logged in outside, so a
 * key that wants a touch is touched once; and their own keys do, for clients that insist on a key.
 */
final class JumpSession extends FrontSession {

    private final Jump jump;

    JumpSession(SshFront front, ServerFactoryManager server, JumpTransport transport) throws Exception {
        super(front, server, transport);
        this.jump = transport.jump();
        setKeyPairProvider(KeyPairProvider.wrap(jump.hostKey()));
        setHostKeyCertificateProvider(_ -> List.of(jump.certificate()));
    }

    Jump jump() {
        return jump;
    }

    @Override
    Optional<Person> owner(KeyFingerprint key) {
        PersonId outside = jump.connection().person().id();
        return outerStands() ? super.owner(key).filter(person -> person.id().equals(outside)) : Optional.empty();
    }

    @Override
    Destination destination(String user) {
        return UserPart.parseFor(jump.target(), user);
    }

    /** The outer login lives, and the key it was made with is still that person's (T17). */
    private boolean outerStands() {
        Connection outside = jump.connection();
        return jump.outer().isOpen()
                && super.owner(outside.key())
                        .filter(person -> person.id().equals(outside.person().id()))
                        .isPresent();
    }

    /** Lets them in as whoever is logged in outside; whether it did. */
    boolean enterAsOuter(String user) {
        if (!outerStands()) {
            return false;
        }
        enter(jump.connection().person(), jump.connection().key(), user);
        return true;
    }
}
