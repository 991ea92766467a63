package sallyport.bastion.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import sallyport.admin.LiveSessionView;
import sallyport.admin.PersonInSession;
import sallyport.admin.SessionView;
import sallyport.admin.Times;
import sallyport.policy.InputRecording;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Event;

/** A session as a card for people; as data it is {@link sallyport.admin.SessionFields}. */
final class SessionCard {

    private SessionCard() {}

    static Card of(SessionView view, Instant now) {
        SessionRow row = view.row();
        Card card = new Card()
                .line("session", view.code() + "  " + row.name())
                .line("person", row.personName() + " from " + row.source() + ", key " + row.key())
                .line(
                        "where",
                        row.login() + " on " + row.target() + ", "
                                + (row.environment().isProduction()
                                        ? "PRODUCTION"
                                        : row.environment().word()))
                .line("what", row.mode() + (row.terminal() ? " in a terminal" : ""))
                .line("command", row.command())
                .line("reason", row.reason())
                .line("approved by", row.approvedBy())
                .line("rule", row.rule())
                .line("started", Times.utc(row.startedAt()) + ", " + Spoken.relative(row.startedAt(), now))
                .line("state", state(view))
                .line(
                        "ended",
                        row.endedAt()
                                .map(at -> Times.utc(at) + ", after "
                                        + Spoken.rough(Duration.between(row.startedAt(), at))))
                .line(
                        "ending",
                        row.ending()
                                .map(e -> e.replace('_', ' ')
                                        + row.endingDetail()
                                                .filter(d -> !d.isEmpty())
                                                .map(d -> ": " + d)
                                                .orElse("")))
                .line("origin", row.origin())
                .line("link", row.link());
        people(card, view, now);
        return card.line("last input", view.lastInput().map(at -> Spoken.relative(at, now)))
                .line("output", view.outputBytes().map(Spoken::size))
                .line(
                        "recorded of it",
                        row.outputKept().map(kept -> "the first " + kept + " bytes; then the limit was reached"))
                .line("kept", view.live().filter(l -> l.columns() > 0).map(SessionCard::kept))
                .line("until", view.live().flatMap(l -> until(l, now)))
                .line(
                        "recording",
                        row.recordingSha256()
                                .map(sha -> "sealed, "
                                        + row.recordingBytes().map(Spoken::size).orElse("size unknown") + ", sha256 "
                                        + sha))
                .line("typing", row.terminal() ? typing(row.recordsInput()) : Optional.empty())
                .line("attach", view.attachCommand())
                .line("open in", view.deepLink())
                .line("id", row.id().toString());
    }

    private static Optional<String> typing(InputRecording recorded) {
        return switch (recorded) {
            case OFF -> Optional.empty();
            case MASKED -> Optional.of("recorded as far as it is shown, the rest as " + Event.Input.HIDDEN);
            case FULL -> Optional.of("recorded, passwords too");
        };
    }

    private static void people(Card card, SessionView view, Instant now) {
        String label = "in it";
        for (PersonInSession person : view.people()) {
            card.line(
                    label,
                    person.person() + ", " + person.role() + " from " + person.source() + ", came "
                            + Spoken.relative(person.since(), now)
                            + person.lastTyped()
                                    .map(at -> ", typed " + Spoken.relative(at, now))
                                    .orElse(""));
            label = "";
        }
    }

    /** What can be read back now, and what is gone: a gap is never silent. */
    private static String kept(LiveSessionView live) {
        return Spoken.count(live.scrollbackLines(), "line") + ", " + Spoken.size(live.scrollbackBytes())
                + (live.forgottenLines() == 0
                        ? ""
                        : "; " + Spoken.count(live.forgottenLines(), "older line") + " only in the recording");
    }

    /** The next clock that cuts it, and what happens then. */
    static Optional<String> until(LiveSessionView live, Instant now) {
        return live.cutAt()
                .map(at -> Times.utc(at) + ", " + Spoken.relative(at, now)
                        + live.cutWord().map(w -> "; then " + cut(w)).orElse(""));
    }

    private static String cut(String word) {
        return switch (word) {
            case "detach" -> "its people are sent away, it runs on: nobody typed";
            case "grant_ended" -> "it ends: its approval is over";
            case "inactive" -> "it ends: nobody typed";
            case "detached_too_long", "grace_over" -> "it ends: nobody came back";
            default -> "it ends: " + word.replace('_', ' ');
        };
    }

    private static String state(SessionView view) {
        int people = view.attachments();
        return view.job()
                        .filter(job -> !job.equals(view.state()))
                        .map(job -> job + " (" + view.state() + ")")
                        .orElse(view.state())
                + (people > 0 ? ", " + people + (people == 1 ? " client in it" : " clients in it") : "")
                + view.size().map(s -> ", " + s).orElse("");
    }
}
