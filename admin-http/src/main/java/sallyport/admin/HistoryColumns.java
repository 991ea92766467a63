package sallyport.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.db.HistoryRecord;
import sallyport.db.StoredEvent;
import sallyport.policy.Reason;
import sallyport.policy.session.SessionRow;

/**
 * The one dictionary of exports: which names a record has and what stands under them, for every spelling. Names are only
 * ever added, at the end.
 */
final class HistoryColumns {

    /** All names in their fixed order; {@code detail} is a JSON object. */
    static final List<String> NAMES = List.of(
            "record_type",
            "time",
            "id",
            "session_id",
            "action",
            "person_id",
            "person",
            "source",
            "key_fingerprint",
            "session_name",
            "target",
            "environment",
            "login",
            "mode",
            "terminal",
            "command",
            "reason",
            "grant_id",
            "approved_by",
            "rule",
            "state",
            "ended_at",
            "exit_status",
            "ending",
            "ending_detail",
            "recording_bytes",
            "recording_sha256",
            "detail",
            "workspace",
            "link",
            "origin");

    private HistoryColumns() {}

    /** What a record says, by name; a name that is absent means null. Values are {@code String, Boolean, Long, Integer}. */
    static SequencedMap<String, Object> of(HistoryRecord record) {
        return switch (record) {
            case HistoryRecord.OfSession(SessionRow row) -> session(row);
            case HistoryRecord.OfEvent(StoredEvent event) -> event(event);
        };
    }

    private static SequencedMap<String, Object> session(SessionRow row) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        values.put("record_type", "session");
        values.put("time", Times.utc(row.startedAt()));
        values.put("id", row.id().toString());
        values.put("session_id", row.id().toString());
        values.put("person_id", row.person().toString());
        values.put("person", row.personName().value());
        values.put("source", row.source());
        values.put("key_fingerprint", row.key().value());
        values.put("session_name", row.name().value());
        values.put("target", row.target().value());
        values.put("environment", row.environment().word());
        values.put("login", row.login().value());
        values.put("mode", row.mode());
        values.put("terminal", row.terminal());
        text(values, "command", row.command());
        put(values, "reason", row.reason().map(Reason::value));
        put(values, "grant_id", row.grant().map(Object::toString));
        put(values, "approved_by", row.approvedBy().map(Object::toString));
        values.put("rule", row.rule());
        values.put("state", row.state());
        put(values, "ended_at", row.endedAt().map(Times::utc));
        put(values, "exit_status", row.exitStatus());
        put(values, "ending", row.ending());
        row.endingDetail().ifPresent(detail -> text(values, "ending_detail", detail));
        put(values, "recording_bytes", row.recordingBytes());
        put(values, "recording_sha256", row.recordingSha256());
        values.put("workspace", row.workspace().value());
        put(values, "link", row.link());
        put(values, "origin", row.origin());
        return values;
    }

    private static SequencedMap<String, Object> event(StoredEvent event) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        values.put("record_type", "audit_event");
        values.put("time", Times.utc(event.time()));
        values.put("id", event.id().toString());
        put(values, "session_id", event.session().map(Object::toString));
        values.put("action", event.action());
        put(values, "person_id", event.actor().map(Object::toString));
        put(values, "person", event.actorName().map(Object::toString));
        text(values, "source", event.source());
        values.put("detail", event.detailJson());
        return values;
    }

    private static void text(SequencedMap<String, Object> values, String name, String text) {
        if (!text.isEmpty()) {
            values.put(name, text);
        }
    }

    private static void put(SequencedMap<String, Object> values, String name, Optional<?> value) {
        value.ifPresent(v -> values.put(name, v));
    }
}
