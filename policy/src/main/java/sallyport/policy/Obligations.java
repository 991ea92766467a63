package sallyport.policy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a permitted session must keep to.
 *
 * @param until when the right to it ends, and the session with it
 * @param input how much is recorded of what is typed, if it has a terminal: the most that a rule which allows it asks for
 * @param files what may be done with files: only what every rule that allows it agrees to, and only as far
 * @param forwards what may pass besides: what one of the rules that allow it lets through
 */
public record Obligations(Optional<Instant> until, InputRecording input, FileRights files, Set<ForwardRight> forwards) {

    public Obligations {
        forwards = Set.copyOf(forwards);
    }
}
