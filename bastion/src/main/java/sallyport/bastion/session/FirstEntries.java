package sallyport.bastion.session;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.admin.Journal;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.TerminalSize;
import sallyport.policy.Command;
import sallyport.policy.Grant;
import sallyport.policy.InputRecording;
import sallyport.policy.Mode;
import sallyport.policy.Network;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.RequestCode;
import sallyport.policy.SessionName;
import sallyport.policy.TransferCommand;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Header;

/** What is written down about a session when it opens: its row, the audit entry beside it, the header of its recording. */
final class FirstEntries {

    private final Journal journal;

    FirstEntries(Journal journal) {
        this.journal = journal;
    }

    SessionRow row(Permit permit, Opening opening, SessionName name) {
        SessionId id = new SessionId(journal.ids().get());
        Person person = permit.attempt().person();
        Mode mode = permit.attempt().mode();
        Instant now = journal.now();
        return new SessionRow(
                id,
                name,
                person.id(),
                person.name(),
                permit.attempt().key(),
                permit.attempt().source(),
                Network.is(permit.target())
                        ? Optional.empty()
                        : Optional.of(permit.target().id()),
                permit.target().name(),
                permit.target().environment(),
                permit.target().workspace(),
                permit.attempt().login(),
                mode.word(),
                opening.launch().terminal().isPresent(),
                switch (mode) {
                    case Mode.Exec(Command command, boolean _) -> command.text();
                    case Mode.Job(Command command) -> command.text();
                    case Mode.Subsystem(String subsystem) -> subsystem;
                    case Mode.Shell _, Mode.Forwarding _ -> "";
                },
                permit.reason(),
                permit.grant().map(Grant::id),
                permit.grant().map(Grant::approvedBy),
                permit.rule(),
                now,
                "starting",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                mayRecordInput(permit, opening) ? permit.obligations().input() : InputRecording.OFF,
                Optional.empty());
    }

    /** What people type; what a command is sent is content of transfers, unless what is called a transfer turns out to be none. */
    private static boolean mayRecordInput(Permit permit, Opening opening) {
        return opening.launch().terminal().isPresent()
                || (permit.attempt().mode() instanceof Mode.Exec(var command, boolean _)
                        && TransferCommand.of(command).isPresent());
    }

    AuditEntry opened(Permit permit, SessionRow row) {
        Optional<RequestCode> request = permit.grant().map(Grant::code);
        return AuditEntry.by(
                journal.ids().get(),
                row.startedAt(),
                permit.attempt().person(),
                row.source(),
                new AuditEvent.SessionOpened(
                        row.id(),
                        row.name().value(),
                        row.target(),
                        row.login(),
                        row.mode(),
                        row.command(),
                        row.reason().map(Reason::value),
                        request,
                        row.rule(),
                        row.recordsInput()));
    }

    /** What the recording says of the approval that the session rests on; empty if it needs none. */
    static Optional<String> approval(Permit permit) {
        return permit.grant()
                .map(grant -> "approved by %s, request %s: %s"
                        .formatted(
                                grant.approvedBy(), grant.code(), grant.reason().value()));
    }

    static Header header(Permit permit, SessionRow row, Launch launch) {
        SequencedMap<String, String> about = new LinkedHashMap<>();
        about.put("session", row.id().toString());
        about.put("name", row.name().value());
        about.put("person", row.personName().value());
        about.put("key", row.key().value());
        about.put("source", row.source());
        about.put("target", row.target().value());
        about.put("login", row.login().value());
        about.put("environment", row.environment().word());
        about.put("workspace", row.workspace().value());
        about.put("mode", row.mode());
        about.put("rule", row.rule());
        row.reason().ifPresent(reason -> about.put("reason", reason.value()));
        permit.grant().ifPresent(grant -> {
            about.put("approved_by", grant.approvedBy().value());
            about.put("request", grant.code().value());
        });
        SequencedMap<String, String> environment = new LinkedHashMap<>(launch.environment());
        launch.terminal().ifPresent(terminal -> environment.put("TERM", terminal.type()));
        TerminalSize size = launch.terminal().map(Launch.Terminal::size).orElse(TerminalSize.USUAL);
        return new Header(
                size.columns(),
                size.rows(),
                launch.terminal().map(Launch.Terminal::type).orElse(""),
                row.startedAt(),
                row.command().isEmpty() ? Optional.empty() : Optional.of(row.command()),
                Optional.of(row.login() + " on " + row.target()),
                environment,
                about);
    }
}
