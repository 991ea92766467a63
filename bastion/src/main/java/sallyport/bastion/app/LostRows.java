package sallyport.bastion.app;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Journal;
import sallyport.admin.Times;
import sallyport.db.SessionHistory;
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
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Header;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.Sealed;

/**
 * Recordings in the store whose sessions the database does not know: it was restored to an older day. They get their rows again, from
 * what they say themselves, so that lists, retention, search and verification have them (R19). A row is written before its
 * recording is begun and never deleted, so nothing else looks like this.
 */
final class LostRows {

    private static final Logger log = LoggerFactory.getLogger(LostRows.class);

    /** How many sessions the database is asked about at once. */
    private static final int AT_ONCE = 1000;

    /** Why such a session is over is not in the header of its recording. */
    private static final String ENDING = "unknown";

    private final RecordingStore recordings;
    private final SessionHistory history;
    private final Function<PersonName, Optional<PersonId>> people;
    private final Journal journal;

    LostRows(
            RecordingStore recordings,
            SessionHistory history,
            Function<PersonName, Optional<PersonId>> people,
            Journal journal) {
        this.recordings = recordings;
        this.history = history;
        this.people = people;
        this.journal = journal;
    }

    /**
     * Looks at the name of every folder, and into those that the database does not know. What cannot be registered is in the log, and
     * is looked at again at the next start.
     *
     * @return how many were registered
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    int registerAll(BooleanSupplier goesOn) throws IOException {
        List<UUID> all = recordings.sessions().stream().map(UUID::fromString).toList();
        int registered = 0;
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            for (UUID unknown : history.unknown(all.subList(from, Math.min(all.size(), from + AT_ONCE)))) {
                if (!goesOn.getAsBoolean()) {
                    return registered;
                }
                registered += register(new SessionId(unknown)) ? 1 : 0;
            }
        }
        return registered;
    }

    private boolean register(SessionId id) {
        try {
            Optional<RecordingFile> file = recordings.find(id.toString());
            Optional<Sealed> seal = file.flatMap(RecordingFile::seal);
            if (seal.isEmpty()) {
                throw new IOException("it has no sidecar that makes sense");
            }
            SessionRow row = row(id, file.get(), seal.get());
            history.restore(
                    row,
                    journal.entry(new AuditEvent.SessionRegistered(
                            id,
                            row.name().value(),
                            row.target(),
                            row.login(),
                            seal.get().bytes(),
                            seal.get().sha256())));
            log.warn("session {} of {} had no row and was registered again from its recording", id, row.personName());
            return true;
        } catch (IOException | IllegalArgumentException unusable) {
            log.error(
                    "the recording of session {} has no row in the database, and none can be made of it: {}",
                    id,
                    unusable.getMessage());
            return false;
        }
    }

    private SessionRow row(SessionId id, RecordingFile file, Sealed seal) throws IOException {
        try (RecordingReader reader = file.reader();
                RecordingReader typed = file.inputReader()) {
            Header header = reader.header().orElseThrow(() -> new IOException("its first line makes no sense"));
            PersonName person = new PersonName(said(header, "person"));
            boolean died = seal.reason().equals(Sealed.BASTION_DIED);
            return new SessionRow(
                    id,
                    new SessionName(Optional.ofNullable(header.sallyport().get("name"))
                            .orElse(id.code().toLowerCase(Locale.ROOT))),
                    people.apply(person)
                            .orElseThrow(() -> new IOException(person + ", whose session it was, is nobody now")),
                    person,
                    new KeyFingerprint(said(header, "key")),
                    said(header, "source"),
                    Optional.empty(),
                    new TargetName(said(header, "target")),
                    Environment.valueOf(said(header, "environment").toUpperCase(Locale.ROOT)),
                    new WorkspaceName(header.sallyport().getOrDefault("workspace", "default")),
                    new Login(said(header, "login")),
                    said(header, "mode"),
                    reader.kind() == StreamKind.TERMINAL,
                    header.command().orElse(""),
                    Optional.ofNullable(header.sallyport().get("reason")).map(Reason::new),
                    Optional.empty(),
                    Optional.ofNullable(header.sallyport().get("approved_by")).map(PersonName::new),
                    header.sallyport().getOrDefault("rule", ""),
                    header.startedAt(),
                    died ? "failed" : "ended",
                    Optional.of(seal.sealedAt()),
                    Optional.empty(),
                    Optional.of(died ? "bastion_died" : ENDING),
                    Optional.of(died ? "" : "the row that said it was lost; the end of the recording may say it"),
                    Optional.of(seal.bytes()),
                    Optional.of(seal.sha256()),
                    Optional.empty(),
                    Optional.of("registered again from its recording at " + Times.utc(journal.now())
                            + ", because the database did not know of it"),
                    typed.header()
                            .flatMap(input ->
                                    Optional.ofNullable(input.sallyport().get("input")))
                            .flatMap(InputRecording::of)
                            .orElse(InputRecording.OFF),
                    Optional.empty());
        }
    }

    private static String said(Header header, String what) throws IOException {
        return Optional.ofNullable(header.sallyport().get(what))
                .orElseThrow(() -> new IOException("its first line does not say: " + what));
    }
}
