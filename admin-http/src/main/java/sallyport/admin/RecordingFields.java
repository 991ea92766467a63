package sallyport.admin;

import java.util.SequencedMap;
import sallyport.policy.retention.Hold;
import sallyport.policy.retention.Keeping;

/** The names that a recording's parts have in data: those of its session, and these. Names are only ever added, at the end. */
public final class RecordingFields {

    private RecordingFields() {}

    /** What is known of a recording, by name; as {@link SessionFields#of}. */
    public static SequencedMap<String, Object> of(RecordingView view) {
        SequencedMap<String, Object> fields = SessionFields.of(view.session());
        fields.put("sealed", view.sealed());
        view.keeping().ifPresent(keeping -> put(fields, keeping));
        return fields;
    }

    /** {@code keeping} is {@code while_live until held gone}; of a held one, the rest says what comes after the holds. */
    private static void put(SequencedMap<String, Object> fields, Keeping keeping) {
        switch (keeping) {
            case Keeping.WhileLive live -> {
                fields.putIfAbsent("keeping", "while_live");
                fields.put("keep_rule", live.rule().words());
            }
            case Keeping.Until until -> {
                fields.putIfAbsent("keeping", "until");
                fields.put("keep_rule", until.rule().words());
                fields.put("kept_until", Times.utc(until.until()));
            }
            case Keeping.Held held -> {
                fields.put("keeping", "held");
                put(fields, held.then());
                fields.put(
                        "holds",
                        held.holds().stream().map(RecordingFields::words).toList());
            }
            case Keeping.Gone gone -> {
                fields.put("keeping", "gone");
                fields.put("keep_rule", gone.purge().rule());
                fields.put("purged_at", Times.utc(gone.purge().at()));
            }
        }
    }

    /** {@code 1: case 7 (manager, 2026-11-21T14:00:00.000Z)}. */
    private static String words(Hold hold) {
        return hold.number() + ": " + hold.reason() + " (" + hold.by() + ", " + Times.utc(hold.at()) + ")";
    }
}
