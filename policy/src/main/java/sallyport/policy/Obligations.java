package sallyport.policy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a permitted session must keep to.
 *
 * @param until when the right to it ends, and the session with it
 * @param input how much is recorded of what is typed, if it has a terminal: the most that a rule which allows it asks for
 * @param files what may be done through sftp: only what every rule that allows it agrees to
 * @param forwards what may pass besides: what one of the rules that allow it lets through
 */
public record Obligations(
        Optional<Instant> until, InputRecording input, Set<FileAccess> files, Set<ForwardRight> forwards) {

    public Obligations {
        files = Set.copyOf(files);
        forwards = Set.copyOf(forwards);
    }
}
