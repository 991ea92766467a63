package sallyport.admin;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.db.SessionHistory;
import sallyport.policy.InputRecording;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.ControlFilter;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.Sealed;

/** Takes sessions away as documents and makes viewable records of such. */
final class SessionDocuments {

    /** Why a session is over that was made from a document. */
    static final String ENDING = "restored";

    /** What its row says in place of the rule that let it in. */
    private static final String NO_RULE = "restored from a document";

    /** Where there is no terminal, a recording says this. */
    private static final int USUAL_COLUMNS = 80;

    private static final int USUAL_ROWS = 24;

    /** Longest command that the recording repeats, in characters: its header is one line. The row has all of it. */
    private static final int LONGEST_COMMAND = 4_096;

    private final SessionHistory history;
    private final Sessions sessions;
    private final SessionTexts texts;
    private final RecordingStore store;
    private final PublicAddress door;
    private final Journal journal;

    SessionDocuments(
            SessionHistory history,
            Sessions sessions,
            SessionTexts texts,
            RecordingStore store,
            PublicAddress door,
            Journal journal) {
        this.history = history;
        this.sessions = sessions;
        this.texts = texts;
        this.store = store;
        this.door = door;
        this.journal = journal;
    }

    Outcome<byte[]> save(Caller caller, String idOrName) {
        return sessions.find(
                        caller, idOrName, Permission.DOWNLOAD_RECORDING, "taking copies of other people's sessions")
                .then(view -> texts.read(view, new TextQuery.Tail(SessionDocument.MOST_LINES, true)))
                .then(text -> {
                    byte[] document = SessionDocument.write(
                            text, journal.now(), caller.person().name(), door);
                    journal.write(
                            caller, new AuditEvent.SessionSaved(text.session().id(), document.length));
                    return new Outcome.Done<>(document);
                });
    }

    Outcome<SessionView> restore(Caller caller, byte[] json) {
        return SessionDocumentReader.read(json).then(document -> restore(caller, document));
    }

    private Outcome<SessionView> restore(Caller caller, SessionDocument document) {
        SessionId id = new SessionId(journal.ids().get());
        // A recording cannot be taken back, so the database is asked first whether it is there at all.
        if (history.find(id).isPresent()) {
            throw new IllegalStateException("the new id " + id + " is taken; are ids random?");
        }
        Instant now = journal.now();
        Sealed sealed;
        try {
            sealed = record(document, id, now, caller);
        } catch (RecordingFailed failed) {
            return new Outcome.Refused<>("nothing was restored, because it could not be recorded: "
                    + failed.getMessage() + "; tell the operator");
        }
        SessionRow row = row(document, id, now, caller, sealed);
        history.restore(
                row,
                journal.entry(
                        caller,
                        new AuditEvent.SessionRestored(
                                id, row.name().value(), row.target(), row.login(), document.origin())));
        return new Outcome.Done<>(sessions.view(row));
    }

    private Sealed record(SessionDocument document, SessionId id, Instant now, Caller caller) throws RecordingFailed {
        StreamKind kind = document.terminal() ? StreamKind.TERMINAL : StreamKind.PLAIN;
        try (Recording recording =
                store.create(id.toString(), header(document, id, now, caller), kind, () -> 0L, () -> {})) {
            recording.marker("restored: " + document.origin());
            recording.output(ByteBuffer.wrap(output(document)));
            return recording.seal();
        }
    }

    private static Header header(SessionDocument document, SessionId id, Instant now, Caller caller) {
        SequencedMap<String, String> about = new LinkedHashMap<>();
        about.put("session", id.toString());
        about.put("person", caller.person().name().value());
        about.put("source", caller.source());
        about.put("target", document.target().value());
        about.put("login", document.login().value());
        about.put("environment", document.environment().word());
        about.put("mode", document.mode());
        about.put("origin", document.origin());
        about.put(Replay.MISSING_LINES, Long.toString(document.missingLines()));
        return new Header(
                document.terminal() ? document.columns() : USUAL_COLUMNS,
                document.terminal() ? document.rows() : USUAL_ROWS,
                "",
                now,
                Optional.of(document.command()).filter(c -> !c.isEmpty() && c.length() <= LONGEST_COMMAND),
                Optional.of(document.login() + " on " + document.target()),
                new LinkedHashMap<>(),
                about);
    }

    /** The lines as a program would have written them: text and colours, and nothing else that a terminal would obey (T23). */
    private static byte[] output(SessionDocument document) {
        byte[] end = (document.terminal() ? "\u001b[0m\r\n" : "\n").getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        for (String line : document.lines()) {
            // A filter for each line, so that what one begins does not swallow the next.
            String oneLine = line.replace('\r', ' ').replace('\n', ' ');
            output.writeBytes(
                    ControlFilter.keepingColours().filter(ByteBuffer.wrap(oneLine.getBytes(StandardCharsets.UTF_8))));
            output.writeBytes(end);
        }
        return output.toByteArray();
    }

    /**
     * Everything that a right came from stays behind: the document only says that there was one. The key is the one of whoever
     * brings the document; over http, where none was proven, the one that it names.
     */
    private static SessionRow row(SessionDocument document, SessionId id, Instant now, Caller caller, Sealed sealed) {
        return new SessionRow(
                id,
                document.name(),
                caller.person().id(),
                caller.person().name(),
                caller.key().orElse(document.key()),
                caller.source(),
                Optional.empty(),
                document.target(),
                document.environment(),
                document.workspace(),
                document.login(),
                document.mode(),
                document.terminal(),
                document.command(),
                document.reason(),
                Optional.empty(),
                Optional.empty(),
                NO_RULE,
                now,
                "ended",
                Optional.of(now),
                document.exitStatus(),
                Optional.of(ENDING),
                Optional.empty(),
                Optional.of(sealed.bytes()),
                Optional.of(sealed.sha256()),
                document.link(),
                Optional.of(document.origin()),
                InputRecording.OFF,
                Optional.empty());
    }
}
