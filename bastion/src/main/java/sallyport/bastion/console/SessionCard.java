package sallyport.bastion.console;

import java.time.Duration;
import java.time.Instant;
import sallyport.admin.SessionView;
import sallyport.admin.Times;
import sallyport.policy.session.SessionRow;

/** A session as a card for people; as data it is {@link sallyport.admin.SessionFields}. */
final class SessionCard {

    private SessionCard() {}

    static Card of(SessionView view, Instant now) {
        SessionRow row = view.row();
        return new Card()
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
                .line("last input", view.lastInput().map(at -> Spoken.relative(at, now)))
                .line("output", view.outputBytes().map(Spoken::size))
                .line(
                        "recording",
                        row.recordingSha256()
                                .map(sha -> "sealed, "
                                        + row.recordingBytes().map(Spoken::size).orElse("size unknown") + ", sha256 "
                                        + sha))
                .line("id", row.id().toString());
    }

    private static String state(SessionView view) {
        int people = view.attachments();
        return view.state()
                + (people > 0 ? ", " + people + (people == 1 ? " client in it" : " clients in it") : "")
                + view.size().map(s -> ", " + s).orElse("");
    }
}
