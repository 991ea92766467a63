package sallyport.db;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.SessionRecord;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/** A session as a value and as a row of the table. */
final class SessionRows {

    private SessionRows() {}

    static SessionRow value(SessionRecord row) {
        return new SessionRow(
                new SessionId(row.getId()),
                new SessionName(row.getName()),
                new PersonId(row.getPersonId()),
                new PersonName(row.getPersonName()),
                new KeyFingerprint(row.getKey()),
                row.getSource(),
                Optional.ofNullable(row.getTargetId()),
                new TargetName(row.getTargetName()),
                AccessTables.environment(row.getEnvironment()),
                new WorkspaceName(row.getWorkspace()),
                new Login(row.getLogin()),
                row.getMode(),
                row.getTerminal(),
                row.getCommand(),
                Optional.ofNullable(row.getReason()).map(Reason::new),
                Optional.ofNullable(row.getGrantId()),
                Optional.ofNullable(row.getApprovedBy()).map(PersonName::new),
                row.getRule(),
                row.getStartedAt(),
                row.getState(),
                Optional.ofNullable(row.getEndedAt()),
                Optional.ofNullable(row.getExitStatus()),
                Optional.ofNullable(row.getEnding()),
                Optional.ofNullable(row.getEndingDetail()),
                Optional.ofNullable(row.getRecordingBytes()),
                Optional.ofNullable(row.getRecordingSha256()),
                Optional.ofNullable(row.getLink()),
                Optional.ofNullable(row.getOrigin()),
                AccessTables.inputRecording(row.getRecordsInput()),
                Optional.ofNullable(row.getOutputKept()));
    }

    static SessionRecord record(SessionRow session) {
        SessionRecord row = new SessionRecord();
        row.setId(session.id().value());
        row.setCode(session.id().code());
        row.setName(session.name().value());
        row.setPersonId(session.person().value());
        row.setPersonName(session.personName().value());
        row.setKey(session.key().value());
        row.setSource(StoredText.of(session.source()));
        row.setTargetId(orNull(session.targetId()));
        row.setTargetName(session.target().value());
        row.setEnvironment(session.environment().word());
        row.setWorkspace(session.workspace().value());
        row.setLogin(session.login().value());
        row.setMode(session.mode());
        row.setTerminal(session.terminal());
        row.setCommand(StoredText.of(session.command()));
        row.setReason(orNull(session.reason().map(Reason::value)));
        row.setGrantId(orNull(session.grant()));
        row.setApprovedBy(orNull(session.approvedBy().map(PersonName::value)));
        row.setRule(session.rule());
        row.setStartedAt(StoredTime.of(session.startedAt()));
        row.setState(session.state());
        row.setEndedAt(orNull(session.endedAt().map(StoredTime::of)));
        row.setExitStatus(orNull(session.exitStatus()));
        row.setEnding(orNull(session.ending()));
        row.setEndingDetail(orNull(session.endingDetail().map(StoredText::of)));
        row.setRecordingBytes(orNull(session.recordingBytes()));
        row.setRecordingSha256(orNull(session.recordingSha256()));
        row.setLink(orNull(session.link().map(StoredText::of)));
        row.setOrigin(orNull(session.origin().map(StoredText::of)));
        row.setRecordsInput(session.recordsInput().word());
        row.setOutputKept(orNull(session.outputKept()));
        return row;
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
