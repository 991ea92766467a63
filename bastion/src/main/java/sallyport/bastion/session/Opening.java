package sallyport.bastion.session;

import java.util.Optional;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.Transports;
import sallyport.policy.SessionName;

/**
 * How a permitted session is to be opened.
 *
 * @param name what the person calls it; empty: one is made up
 * @param launch what runs
 * @param transports the client connection's way to targets
 */
public record Opening(Optional<SessionName> name, Launch launch, Transports transports) {}
