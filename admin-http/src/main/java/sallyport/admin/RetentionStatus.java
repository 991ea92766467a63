package sallyport.admin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.db.KeptCounts;
import sallyport.policy.Environment;
import sallyport.policy.retention.Retention;

/**
 * The rules of retention and how things stand.
 *
 * @param halted why nothing is removed, if so
 * @param now the bastion's clock
 */
public record RetentionStatus(Retention rules, KeptCounts counts, Optional<String> halted, Instant now) {

    /** The same by name, for data. */
    public SequencedMap<String, Object> fields() {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        for (Environment environment : Environment.values()) {
            fields.put(environment.word() + "_days", rules.rule(environment).days());
        }
        fields.put("kept", counts.kept());
        fields.put("held", counts.held());
        fields.put("due", counts.due());
        fields.put("unremoved", counts.unremoved());
        counts.lastSweep().ifPresent(at -> fields.put("last_sweep", Times.utc(at)));
        fields.put("halted", halted.isPresent());
        halted.ifPresent(why -> fields.put("halted_because", why));
        fields.put("now", Times.utc(now));
        return fields;
    }
}
