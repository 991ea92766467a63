package sallyport.bastion.session;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;
import sallyport.bastion.backend.TerminalSize;
import sallyport.policy.DetachKey;
import sallyport.policy.Spans;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionLifecycle;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

/** What people read in a session that goes on: one line each, but for whoever leaves. */
final class SessionWords {

    private SessionWords() {}

    static String joined(Newcomer who, String role, boolean tookOver) {
        return switch (role) {
            case "viewer" -> who.name() + " watches, from " + who.source();
            default -> who.name() + (tookOver ? " took over, from " : " joined and may type, from ") + who.source();
        };
    }

    static String left(Newcomer who, boolean viewer) {
        return who.name() + (viewer ? " watches no longer" : " left");
    }

    /** For somebody who comes back to a session that ran without anybody. */
    static String back(SessionRow row, Duration away, long written, long forgotten, DetachKey key) {
        return "back in \"%s\". You were away %s, %s."
                        .formatted(
                                row.name(),
                                Spans.text(away),
                                written == 0
                                        ? "nothing was written"
                                        : size(written) + " was written"
                                                + (forgotten > 0
                                                        ? ", " + forgotten + " older lines are in the recording only"
                                                        : " and kept"))
                + leaving(key);
    }

    static String among(SessionRow row, int others, DetachKey key) {
        return (others == 0
                        ? "you are in \"%s\"; it ran on without a break.".formatted(row.name())
                        : "you are in \"%s\" with %d other%s; all of you may type."
                                .formatted(row.name(), others, others == 1 ? "" : "s"))
                + leaving(key);
    }

    static String watching(SessionRow row, int others) {
        return "you watch \"%s\" (%s); nothing you type is sent. q leaves."
                .formatted(row.name(), others == 0 ? "nobody is in it" : others + " in it");
    }

    private static String leaving(DetachKey key) {
        return key.leaving().isEmpty() ? "" : "  " + key.leaving() + " leaves";
    }

    /** The last words to somebody who left a session that runs on. */
    static String detached(SessionRow row, Optional<LiveSession.Glance.Cut> cut, String how) {
        String kept = cut.map(next -> "; kept until " + minute(next.at()) + " UTC"
                        + (next.into() instanceof SessionState.Ended(Ending.GrantEnded _, Instant _)
                                ? ", when your access ends"
                                : ""))
                .orElse("");
        return """
            %s. "%s" is still running%s.
            come back: ssh s+%s@bastion     look without entering: ssh bastion session show %s --tail 50\
            """.formatted(how, row.name(), kept, row.name(), row.name());
    }

    static String info(SessionRow row, LiveSession.Glance glance) {
        String people = glance.people().stream()
                .map(person -> person.person() + " (" + person.role() + ")")
                .collect(Collectors.joining(", "));
        String next = glance.cut()
                .map(cut -> ". " + cut(cut.into()) + " at " + minute(cut.at()) + " UTC"
                        + (cut.into() instanceof SessionState.Ended(Ending.GrantEnded _, Instant _)
                                ? ", with your access"
                                : " if nobody types"))
                .orElse("");
        // A narrow terminal cuts the end off: what everybody knows stands there.
        return "Here: %s%s. \"%s\" %s, %dx%d, recorded"
                .formatted(
                        people,
                        next,
                        row.name(),
                        row.id().code(),
                        glance.size().columns(),
                        glance.size().rows());
    }

    static String help(DetachKey key, boolean viewer) {
        if (viewer) {
            return "q leaves. You only watch: nothing you type is sent";
        }
        return switch (key.kind()) {
            case PREFIX -> {
                String prefix = "Ctrl-" + Character.toUpperCase(key.character());
                yield "%s then: d leave, i who is here, w take the keyboard, r redraw, ? this, %s send it"
                        .formatted(prefix, prefix);
            }
            case CTRL_D -> "Ctrl-D on an empty line leaves; twice within 2 s ends the shell";
            case NONE -> "no detach key is set: ssh bastion me set detach-key ctrl-]";
        };
    }

    /** The recording waits for room, and with it everything. */
    static String paused(Duration most) {
        return "paused: the disk for recordings is full; it goes on with room, or ends in " + Spans.text(most);
    }

    static String warning(SessionLifecycle.Cut cut, Duration left) {
        String when = " in " + Spans.text(left.isNegative() ? Duration.ZERO : left);
        return switch (cut.into()) {
            case SessionState.Ended(Ending.GrantEnded _, Instant _) ->
                "your access ends" + when + ", and this session with it. Ask again to go on";
            case SessionState.Ended _ -> "nobody types: this session ends" + when + ". Press a key to stay";
            default -> "nobody types: you are detached" + when + ". Press a key to stay";
        };
    }

    private static String cut(SessionState into) {
        return into instanceof SessionState.Ended ? "Ends" : "Detached";
    }

    static String status(
            SessionRow row,
            TerminalSize shown,
            TerminalSize own,
            Optional<String> drives,
            boolean viewer,
            DetachKey key) {
        boolean fits = shown.columns() == own.columns() && shown.rows() == own.rows();
        String size = fits
                ? "catching up"
                : "%dx%d shown in %dx%d".formatted(shown.columns(), shown.rows(), own.columns(), own.rows());
        String leave = viewer ? "q leaves" : key.leaving().isEmpty() ? "" : key.leaving() + " leaves";
        return "\"" + row.name() + "\"  " + size + drives.map(who -> "  " + who).orElse("")
                + (leave.isEmpty() ? "" : "  " + leave);
    }

    static String span(Duration span) {
        return Spans.text(span);
    }

    private static String minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES).toString().replace("T", " ").replace(":00Z", "");
    }

    /** As {@code 812 bytes}, {@code 14 kB}, {@code 2.1 MB}. */
    static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " bytes";
        }
        return bytes < 1_000_000 ? bytes / 1_000 + " kB" : "%.1f MB".formatted(bytes / 1e6);
    }
}
