package sallyport.admin;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.policy.Reason;
import sallyport.policy.session.SessionRow;

/** The names that a session's parts have in data, the same for every face. Names are only ever added, at the end. */
public final class SessionFields {

    private SessionFields() {}

    /**
     * What is known of a session, by name; what is not known is absent. Values are {@code String, Boolean, Integer, Long}, or a list
     * of strings, which a table joins with a comma and a blank;
     * times are those of {@link Times#utc}.
     */
    public static SequencedMap<String, Object> of(SessionView view) {
        SessionRow row = view.row();
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", row.id().toString());
        fields.put("code", view.code());
        fields.put("name", row.name().value());
        fields.put("state", view.state());
        fields.put("person", row.personName().value());
        fields.put("person_id", row.person().toString());
        fields.put("target", row.target().value());
        fields.put("environment", row.environment().word());
        fields.put("login", row.login().value());
        fields.put("mode", row.mode());
        fields.put("terminal", row.terminal());
        put(fields, "command", Optional.of(row.command()).filter(c -> !c.isEmpty()));
        put(fields, "reason", row.reason().map(Reason::value));
        put(fields, "approved_by", row.approvedBy().map(Object::toString));
        fields.put("rule", row.rule());
        fields.put("source", row.source());
        fields.put("key_fingerprint", row.key().value());
        fields.put("started_at", Times.utc(row.startedAt()));
        put(fields, "ended_at", row.endedAt().map(Times::utc));
        put(fields, "exit_status", row.exitStatus());
        put(fields, "ending", row.ending());
        put(fields, "ending_detail", row.endingDetail().filter(d -> !d.isEmpty()));
        fields.put("live", view.isLive());
        fields.put("attachments", view.attachments());
        put(fields, "size", view.size());
        put(fields, "output_bytes", view.outputBytes());
        put(fields, "last_input_at", view.lastInput().map(Times::utc));
        put(fields, "recording_bytes", row.recordingBytes());
        put(fields, "recording_sha256", row.recordingSha256());
        fields.put("workspace", row.workspace().value());
        put(fields, "link", row.link());
        put(fields, "origin", row.origin());
        put(fields, "attach_command", view.attachCommand());
        put(fields, "deep_link", view.deepLink());
        Optional<LiveSessionView> live = view.live();
        put(
                fields,
                "people",
                live.map(l -> l.people().stream()
                        .map(p -> p.person() + " (" + p.role() + ") from " + p.source())
                        .toList()));
        put(fields, "cut_at", live.flatMap(LiveSessionView::cutAt).map(Times::utc));
        put(fields, "cut", live.flatMap(LiveSessionView::cutWord));
        put(fields, "kept_bytes", live.map(LiveSessionView::scrollbackBytes));
        put(fields, "kept_lines", live.map(LiveSessionView::scrollbackLines));
        put(fields, "missing_lines", live.map(LiveSessionView::forgottenLines));
        put(fields, "job", view.job());
        fields.put("runtime_seconds", view.runtime().toSeconds());
        fields.put("records_input", row.recordsInput().word());
        put(fields, "output_kept", row.outputKept());
        return fields;
    }

    private static void put(SequencedMap<String, Object> fields, String name, Optional<?> value) {
        value.ifPresent(v -> fields.put(name, v));
    }
}
