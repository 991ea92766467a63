package sallyport.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * The question put to the rules: may this person, with this key, do this on that target, for this reason?
 *
 * @param source the client's address as text, already verified (T13)
 * @param asked how long a grant is asked for, if the person said
 */
public record Attempt(
        Person person,
        KeyFingerprint key,
        String source,
        TargetName target,
        Login login,
        Mode mode,
        Optional<Reason> reason,
        Optional<Duration> asked) {}
