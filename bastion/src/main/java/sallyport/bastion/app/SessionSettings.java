package sallyport.bastion.app;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import sallyport.admin.Span;
import sallyport.bastion.session.LiveSession;
import sallyport.policy.Environment;
import sallyport.policy.session.SessionLimits;
import sallyport.policy.session.SessionLimits.WhenInactive;

/** The {@code sessions} part of the configuration: the clocks of sessions, for each environment. */
final class SessionSettings {

    private static final Duration SHORTEST_INACTIVITY = Duration.ofMinutes(10);
    private static final Duration LONGEST_INACTIVITY = Duration.ofHours(24);
    private static final Duration SHORTEST_CLIENT_STALL = Duration.ofSeconds(5);
    private static final Duration SHORTEST_GRACE = Duration.ofMinutes(1);
    private static final Duration LONGEST_DETACHED = Duration.ofDays(365);

    private SessionSettings() {}

    /** What holds where nothing is configured. */
    static Map<Environment, SessionLimits> usual() {
        Map<Environment, SessionLimits> limits = new EnumMap<>(Environment.class);
        for (Environment environment : Environment.values()) {
            limits.put(environment, SessionLimits.usual(environment));
        }
        return limits;
    }

    static Map<Environment, SessionLimits> read(ConfigSection sessions) {
        Map<Environment, SessionLimits> limits = new EnumMap<>(Environment.class);
        for (Environment environment : Environment.values()) {
            limits.put(environment, limits(sessions.section(environment.word()), SessionLimits.usual(environment)));
        }
        return limits;
    }

    private static SessionLimits limits(ConfigSection section, SessionLimits usual) {
        Duration inactivity = section.span("inactivity", usual.inactivity(), SHORTEST_INACTIVITY, LONGEST_INACTIVITY);
        WhenInactive whenInactive = section.oneOf(
                "when-inactive", usual.whenInactive(), Map.of("detach", WhenInactive.DETACH, "end", WhenInactive.END));
        Duration detached = section.span("detached", usual.detached(), SHORTEST_GRACE, LONGEST_DETACHED);
        Duration usualGrace = usual.grace().compareTo(detached) < 0 ? usual.grace() : detached;
        Duration grace = section.span("grace", usualGrace, SHORTEST_GRACE, detached);
        return new SessionLimits(inactivity, whenInactive, detached, grace);
    }

    static Duration clientStall(ConfigSection sessions) {
        return sessions.span("client-stall", LiveSession.CLIENT_STALL, SHORTEST_CLIENT_STALL, SHORTEST_INACTIVITY);
    }

    /** As such a section of a file. */
    static String show(Map<Environment, SessionLimits> limits, Duration clientStall) {
        return limits.entrySet().stream()
                .map(entry -> """
                      %s:
                        inactivity: %s
                        when-inactive: %s
                        detached: %s
                        grace: %s
                    """.formatted(
                                entry.getKey().word(),
                                Span.format(entry.getValue().inactivity()),
                                entry.getValue().whenInactive() == WhenInactive.END ? "end" : "detach",
                                Span.format(entry.getValue().detached()),
                                Span.format(entry.getValue().grace())))
                .collect(Collectors.joining("", "sessions:\n  client-stall: " + Span.format(clientStall) + "\n", ""));
    }
}
