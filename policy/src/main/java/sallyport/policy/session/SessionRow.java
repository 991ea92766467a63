package sallyport.policy.session;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.policy.Environment;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

/**
 * A session as the history keeps it: written when it opens, filled in when it ends, kept when the recording is gone.
 *
 * @param source the client address that opened it
 * @param targetId empty for a session that was restored from a document: it ran on no target of this bastion
 * @param workspace the target's when it opened
 * @param mode {@code shell}, {@code exec}, {@code job}, {@code subsystem} or {@code forward}
 * @param command what an exec or a job ran, as text for people; empty for a shell
 * @param state {@code starting running detached ended failed}
 * @param exitStatus the remote exit status, if the program ended by itself
 * @param ending the word for why it is over, if it is
 * @param recordingBytes size of the sealed recording, once it is sealed
 * @param recordingSha256 hex digest of the sealed recording, once it is sealed
 * @param link the ticket or chat thread it belongs to, a URI
 * @param origin for a restored session only: which one it was, where, and who saved it when, as its document says
 * @param recordsInput what is recorded of what people type in it
 * @param outputKept how many bytes of what the program wrote are recorded, if not all of it is
 */
public record SessionRow(
        SessionId id,
        SessionName name,
        PersonId person,
        PersonName personName,
        KeyFingerprint key,
        String source,
        Optional<UUID> targetId,
        TargetName target,
        Environment environment,
        WorkspaceName workspace,
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
        Optional<String> recordingSha256,
        Optional<String> link,
        Optional<String> origin,
        InputRecording recordsInput,
        Optional<Long> outputKept) {

    /** This row under another name. */
    public SessionRow withName(SessionName renamed) {
        return with(renamed, link, outputKept);
    }

    /** This row with another link, or without. */
    public SessionRow withLink(Optional<String> linked) {
        return with(name, linked, outputKept);
    }

    /** This row, of which only {@code bytes} of output are recorded. */
    public SessionRow withOutputKept(long bytes) {
        return with(name, link, Optional.of(bytes));
    }

    private SessionRow with(SessionName otherName, Optional<String> otherLink, Optional<Long> otherKept) {
        return new SessionRow(
                id,
                otherName,
                person,
                personName,
                key,
                source,
                targetId,
                target,
                environment,
                workspace,
                login,
                mode,
                terminal,
                command,
                reason,
                grant,
                approvedBy,
                rule,
                startedAt,
                state,
                endedAt,
                exitStatus,
                ending,
                endingDetail,
                recordingBytes,
                recordingSha256,
                otherLink,
                origin,
                recordsInput,
                otherKept);
    }
}
