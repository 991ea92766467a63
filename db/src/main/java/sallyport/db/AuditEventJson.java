package sallyport.db;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import sallyport.policy.InputRecording;
import sallyport.policy.audit.AuditEvent;

/**
 * The detail of an audit event as JSON: an object on one line, field names in snake case, durations in seconds, absent parts
 * left out.
 *
 * <p>Its text is pure ASCII: controls, line separators and characters that reorder text are escapes, so that neither a
 * terminal nor a line reader can be led astray by what somebody typed (T35). A text longer than {@link #LONGEST_TEXT} is cut,
 * and says so.
 */
final class AuditEventJson {

    /** How many characters of one text are kept. */
    static final int LONGEST_TEXT = 8_192;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .build();

    private AuditEventJson() {}

    /** The parts of {@code event} besides its action. */
    static ObjectNode detail(AuditEvent event) {
        ObjectNode json = object();
        switch (event) {
            case AuditEvent.LoggedIn e -> {
                put(json, "key", e.key().value());
                put(json, "client", e.client());
            }
            case AuditEvent.LoginRefused e -> {
                put(json, "user", e.user());
                put(json, "cause", e.cause());
            }
            case AuditEvent.AccessDenied e -> {
                put(json, "target", e.target());
                put(json, "login", e.login());
                put(json, "mode", e.mode());
                put(json, "cause", e.cause());
            }
            case AuditEvent.RequestMade e -> {
                put(json, "request", e.code().value());
                put(json, "target", e.target().value());
                put(json, "login", e.login().value());
                put(json, "reason", e.reason());
                json.put("duration_seconds", e.duration().toSeconds());
            }
            case AuditEvent.RequestCancelled e -> put(json, "request", e.code().value());
            case AuditEvent.RequestApproved e -> {
                put(json, "request", e.code().value());
                put(json, "grant", e.grant().toString());
                put(json, "note", e.note());
            }
            case AuditEvent.RequestDenied e -> {
                put(json, "request", e.code().value());
                put(json, "note", e.note());
            }
            case AuditEvent.SessionOpened e -> {
                put(json, "name", e.name());
                put(json, "target", e.target().value());
                put(json, "login", e.login().value());
                put(json, "mode", e.mode());
                put(json, "command", e.command());
                e.reason().ifPresent(reason -> put(json, "reason", reason));
                e.request().ifPresent(code -> put(json, "request", code.value()));
                put(json, "rule", e.rule());
                if (e.recordsInput() != InputRecording.OFF) {
                    put(json, "records_input", e.recordsInput().word());
                }
            }
            case AuditEvent.SessionAttached e -> {
                put(json, "key", e.key().value());
                put(json, "role", e.role());
                json.put("columns", e.columns());
                json.put("rows", e.rows());
            }
            case AuditEvent.SessionLeft e -> {
                put(json, "role", e.role());
                put(json, "cause", e.cause());
            }
            case AuditEvent.SessionTakenOver e -> {
                put(json, "key", e.key().value());
                json.put("sent_away", e.sentAway());
            }
            case AuditEvent.SessionDriverChanged _ -> {}
            case AuditEvent.SessionSized e -> {
                json.put("columns", e.columns());
                json.put("rows", e.rows());
            }
            case AuditEvent.SessionRenamed e -> {
                put(json, "from", e.from());
                put(json, "to", e.to());
            }
            case AuditEvent.SessionLinked e -> put(json, "url", e.url());
            case AuditEvent.SessionViewed e -> put(json, "what", e.what());
            case AuditEvent.SessionDestroyed e -> put(json, "cause", e.cause());
            case AuditEvent.SessionSaved e -> json.put("bytes", e.bytes());
            case AuditEvent.SessionRestored e -> {
                put(json, "name", e.name());
                put(json, "target", e.target().value());
                put(json, "login", e.login().value());
                put(json, "origin", e.origin());
            }
            case AuditEvent.SessionRegistered e -> {
                put(json, "name", e.name());
                put(json, "target", e.target().value());
                put(json, "login", e.login().value());
                json.put("bytes", e.bytes());
                put(json, "sha256", e.sha256());
            }
            case AuditEvent.SessionsCleared e -> json.put("sessions", e.sessions());
            case AuditEvent.SessionDetached e -> put(json, "cause", e.cause());
            case AuditEvent.SessionRevoked e -> put(json, "reason", e.reason());
            case AuditEvent.SessionOutputLimited e -> json.put("kept_bytes", e.kept());
            case AuditEvent.SessionEnded e -> {
                put(json, "state", e.state());
                put(json, "ending", e.ending());
                put(json, "detail", e.detail());
                e.exitStatus().ifPresent(status -> json.put("exit_status", status));
                json.put("output_bytes", e.outputBytes());
                e.whole().ifPresent(whole -> {
                    json.put("stdout_bytes", whole.stdoutBytes());
                    put(json, "stdout_sha256", whole.stdoutSha256());
                    json.put("stderr_bytes", whole.stderrBytes());
                    put(json, "stderr_sha256", whole.stderrSha256());
                });
            }
            case AuditEvent.FileRead e -> passed(json, e.path(), e.bytes(), e.ranges(), e.sha256());
            case AuditEvent.FileWritten e -> passed(json, e.path(), e.bytes(), e.ranges(), e.sha256());
            case AuditEvent.FileRemoved e -> put(json, "path", e.path());
            case AuditEvent.FileRenamed e -> {
                put(json, "from", e.from());
                put(json, "to", e.to());
            }
            case AuditEvent.FileMade e -> {
                put(json, "path", e.path());
                put(json, "what", e.what());
            }
            case AuditEvent.FileChanged e -> {
                put(json, "path", e.path());
                put(json, "what", e.what());
            }
            case AuditEvent.FilesCopied e -> {
                put(json, "program", e.program());
                put(json, "access", e.access());
                put(json, "path", e.path());
                json.put("bytes_from_target", e.fromTarget());
                json.put("bytes_to_target", e.toTarget());
                put(json, "what", e.what());
            }
            case AuditEvent.FileRefused e -> {
                put(json, "operation", e.operation());
                put(json, "cause", e.cause());
            }
            case AuditEvent.ForwardOpened e -> forward(json, e.kind(), e.from(), e.to());
            case AuditEvent.ForwardClosed e -> {
                forward(json, e.kind(), e.from(), e.to());
                json.put("sent_bytes", e.sent());
                json.put("received_bytes", e.received());
                json.put("duration_seconds", e.duration().toMillis() / 1000.0);
                put(json, "cause", e.cause());
            }
            case AuditEvent.ForwardRefused e -> {
                put(json, "target", e.target());
                put(json, "login", e.login());
                put(json, "kind", e.kind());
                put(json, "to", e.to());
                put(json, "cause", e.cause());
            }
            case AuditEvent.AgentUsed e -> {
                put(json, "key", e.key().value());
                json.put("signed", e.signed());
            }
            case AuditEvent.RecordingSealed e -> {
                json.put("bytes", e.bytes());
                put(json, "sha256", e.sha256());
            }
            case AuditEvent.RecordingDownloaded e -> put(json, "format", e.format());
            case AuditEvent.RecordingHeld e -> {
                json.put("hold", e.hold());
                put(json, "reason", e.reason());
            }
            case AuditEvent.RecordingReleased e -> {
                json.put("hold", e.hold());
                put(json, "reason", e.reason());
            }
            case AuditEvent.RecordingPurged e -> {
                put(json, "rule", e.rule());
                put(json, "kept_until", e.keptUntil().toString());
                e.bytes().ifPresent(bytes -> json.put("bytes", bytes));
                e.sha256().ifPresent(sha256 -> put(json, "sha256", sha256));
            }
            case AuditEvent.RetentionSwept e -> {
                json.put("recordings", e.recordings());
                json.put("bytes", e.bytes());
                e.oldestEnd().ifPresent(end -> put(json, "oldest_end", end.toString()));
                json.put("left", e.left());
                json.put("failed", e.failed());
            }
            case AuditEvent.RetentionHalted e -> put(json, "cause", e.cause());
            case AuditEvent.RetentionResumed e -> put(json, "cause", e.cause());
            case AuditEvent.RecordingsSearched e -> {
                put(json, "in", e.in());
                put(json, "text", e.text());
                put(json, "whose", e.whose());
                put(json, "narrowed", e.narrowed());
                json.put("matches", e.matches());
            }
            case AuditEvent.RecordingReindexed e -> {
                json.put("commands", e.commands());
                json.put("lines", e.lines());
            }
            case AuditEvent.RecordingsReindexed e -> json.put("recordings", e.recordings());
            case AuditEvent.LogVerified _ -> {}
            case AuditEvent.HistoryExported e -> {
                put(json, "format", e.format());
                put(json, "since", e.since());
                json.put("rows", e.rows());
            }
            case AuditEvent.TokenCreated e -> {
                put(json, "token", e.token().toString());
                put(json, "name", e.name());
                json.put("life_seconds", e.life().toSeconds());
            }
            case AuditEvent.AccessApplied e -> {
                put(json, "file", e.file());
                put(json, "sha256", e.sha256());
                json.put("people", e.people());
                json.put("targets", e.targets());
                json.put("rules", e.rules());
            }
            case AuditEvent.BastionStarted e -> put(json, "version", e.version());
            case AuditEvent.BastionStopped _ -> {}
        }
        return json;
    }

    private static void forward(ObjectNode json, String kind, String from, String to) {
        put(json, "kind", kind);
        put(json, "from", from);
        put(json, "to", to);
    }

    private static void passed(ObjectNode json, String path, long bytes, String ranges, Optional<String> sha256) {
        put(json, "path", path);
        json.put("bytes", bytes);
        if (!ranges.isEmpty()) {
            put(json, "ranges", ranges);
        }
        put(json, "sha256", sha256.orElse("none (partial)"));
    }

    /** The target that {@code event} names by itself; others have one through their session, or none. */
    static Optional<String> target(AuditEvent event) {
        return switch (event) {
            case AuditEvent.AccessDenied e -> Optional.of(e.target());
            case AuditEvent.RequestMade e -> Optional.of(e.target().value());
            case AuditEvent.ForwardRefused e -> e.target().isEmpty() ? Optional.empty() : Optional.of(e.target());
            case AuditEvent.SessionOpened e -> Optional.of(e.target().value());
            case AuditEvent.SessionRestored e -> Optional.of(e.target().value());
            case AuditEvent.SessionRegistered e -> Optional.of(e.target().value());
            case AuditEvent.LoggedIn _,
                    AuditEvent.LoginRefused _,
                    AuditEvent.RequestCancelled _,
                    AuditEvent.RequestApproved _,
                    AuditEvent.RequestDenied _,
                    AuditEvent.SessionAttached _,
                    AuditEvent.SessionLeft _,
                    AuditEvent.SessionTakenOver _,
                    AuditEvent.SessionDriverChanged _,
                    AuditEvent.SessionSized _,
                    AuditEvent.SessionRenamed _,
                    AuditEvent.SessionLinked _,
                    AuditEvent.SessionViewed _,
                    AuditEvent.SessionDestroyed _,
                    AuditEvent.SessionSaved _,
                    AuditEvent.SessionsCleared _,
                    AuditEvent.SessionDetached _,
                    AuditEvent.SessionRevoked _,
                    AuditEvent.SessionOutputLimited _,
                    AuditEvent.SessionEnded _,
                    AuditEvent.FileRead _,
                    AuditEvent.FileWritten _,
                    AuditEvent.FileRemoved _,
                    AuditEvent.FileRenamed _,
                    AuditEvent.FileMade _,
                    AuditEvent.FileChanged _,
                    AuditEvent.FilesCopied _,
                    AuditEvent.FileRefused _,
                    AuditEvent.ForwardOpened _,
                    AuditEvent.ForwardClosed _,
                    AuditEvent.AgentUsed _,
                    AuditEvent.RecordingSealed _,
                    AuditEvent.RecordingDownloaded _,
                    AuditEvent.RecordingHeld _,
                    AuditEvent.RecordingReleased _,
                    AuditEvent.RecordingPurged _,
                    AuditEvent.RetentionSwept _,
                    AuditEvent.RetentionHalted _,
                    AuditEvent.RetentionResumed _,
                    AuditEvent.RecordingsSearched _,
                    AuditEvent.RecordingReindexed _,
                    AuditEvent.RecordingsReindexed _,
                    AuditEvent.LogVerified _,
                    AuditEvent.HistoryExported _,
                    AuditEvent.TokenCreated _,
                    AuditEvent.AccessApplied _,
                    AuditEvent.BastionStarted _,
                    AuditEvent.BastionStopped _ -> Optional.empty();
        };
    }

    /** An empty object. */
    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Sets a field to {@code text}, cut if it is too long. */
    static void put(ObjectNode json, String field, String text) {
        json.put(field, cut(text));
    }

    /** {@code text}, or its start and a mark that says how much is missing. */
    static String cut(String text) {
        if (text.length() <= LONGEST_TEXT) {
            return text;
        }
        int kept = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
        return text.substring(0, kept) + "[cut: " + (text.length() - kept) + " of " + text.length() + " characters]";
    }

    /** {@code json} on one line of ASCII. */
    static String text(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written as JSON", e);
        }
    }

    /**
     * What {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }
}
