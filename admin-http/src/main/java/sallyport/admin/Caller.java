package sallyport.admin;

import java.util.Optional;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Person;

/**
 * Who asks for an operation, over ssh or over http.
 *
 * @param person with the permissions they have now; whoever builds a caller reads them anew for every command or request
 * @param source the client's address as text, already verified (T13)
 * @param key the key that was proven, if the caller came over ssh
 */
public record Caller(Person person, String source, Optional<KeyFingerprint> key) {}
