package sallyport.policy.session;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.policy.Environment;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

/**
 * A session as the history keeps it: written when it opens, filled in when it ends, kept when the recording is gone.
 *
 * @param mode {@code shell} or {@code exec}
 * @param command what an exec ran, as text for people; empty for a shell
 * @param source the client address that opened it
 * @param state {@code starting running detached ended failed}
 * @param exitStatus the remote exit status, if the program ended by itself
 * @param ending the word for why it is over, if it is
 * @param recordingBytes size of the sealed recording, once it is sealed
 * @param recordingSha256 hex digest of the sealed recording, once it is sealed
 */
public record SessionRow(
        SessionId id,
        SessionName name,
        PersonId person,
        PersonName personName,
        KeyFingerprint key,
        String source,
        UUID targetId,
        TargetName target,
        Environment environment,
        Login login,
        String mode,
        boolean terminal,
        String command,
        Optional<Reason> reason,
        Optional<UUID> grant,
        Optional<PersonName> approvedBy,
        String rule,
        Instant startedAt,
        String state,
        Optional<Instant> endedAt,
        Optional<Integer> exitStatus,
        Optional<String> ending,
        Optional<String> endingDetail,
        Optional<Long> recordingBytes,
        Optional<String> recordingSha256) {}
