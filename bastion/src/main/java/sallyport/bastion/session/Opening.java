package sallyport.bastion.session;

import java.util.Optional;
import java.util.function.Consumer;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.backend.BackendEvents;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.TargetUnreachable;
import sallyport.policy.SessionName;
import sallyport.policy.session.SessionRow;

/**
 * How a permitted session is to be opened.
 *
 * @param name what the person calls it; empty: one is made up
 * @param launch what runs
 * @param client is in it from the start; empty: it runs with nobody in it
 * @param begins told of the row once it is stored and recording, before anything runs
 * @param start reaches the target; what it throws is told the client in words
 */
public record Opening(
        Optional<SessionName> name,
        Launch launch,
        Optional<Newcomer> client,
        Consumer<SessionRow> begins,
        Start start) {

    /** Makes a session's backend run. May wait. */
    @FunctionalInterface
    public interface Start {
        /**
         * Reaches the target; returns once it runs there.
         *
         * @param events called from before this returns
         */
        Backend start(BackendEvents events) throws TargetUnreachable;
    }
}
