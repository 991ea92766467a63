package sallyport.bastion.app;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sallyport.policy.Environment;
import sallyport.policy.retention.Retention;

/**
 * The {@code recordings.retention} part of the configuration: {@code production} and {@code other}, and any other environment
 * by its own name.
 */
final class RetentionSettings {

    private RetentionSettings() {}

    static Retention read(ConfigSection retention) {
        int other = retention.number("other", Retention.USUAL_OTHER_DAYS, 0, Retention.LONGEST_DAYS);
        Map<Environment, Integer> days = new EnumMap<>(Environment.class);
        for (Environment environment : Environment.values()) {
            days.put(
                    environment,
                    retention.number(
                            environment.word(),
                            environment.isProduction() ? Retention.USUAL_PRODUCTION_DAYS : other,
                            Retention.shortestDays(environment),
                            Retention.LONGEST_DAYS));
        }
        return new Retention(days);
    }

    /** As such a section below {@code recordings}. */
    static String show(Retention retention) {
        return Stream.of(Environment.values())
                .map(environment -> "    " + environment.word() + ": "
                        + retention.rule(environment).days() + "\n")
                .collect(Collectors.joining("", "  retention:\n", ""));
    }
}
