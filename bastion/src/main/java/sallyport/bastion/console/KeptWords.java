package sallyport.bastion.console;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import sallyport.admin.Times;
import sallyport.policy.retention.Hold;
import sallyport.policy.retention.Keeping;

/** How long a recording stays, as people say it. */
final class KeptWords {

    private KeptWords() {}

    /** For a table. */
    static String brief(Optional<Keeping> keeping) {
        return keeping.map(k -> switch (k) {
                    case Keeping.WhileLive _ -> "while it lives";
                    case Keeping.Until(Instant until, var _) -> "until " + LocalDate.ofInstant(until, ZoneOffset.UTC);
                    case Keeping.Held _ -> "held";
                    case Keeping.Gone _ -> "removed";
                })
                .orElse("");
    }

    /** Adds the lines that say it. */
    static Card addTo(Card card, Optional<Keeping> keeping, Instant now) {
        keeping.ifPresent(k -> {
            if (k instanceof Keeping.Held held) {
                for (Hold hold : held.holds()) {
                    card.line("held", hold(hold));
                }
            }
            card.line("stays", stays(k, now));
        });
        return card;
    }

    /** Who holds it and why. */
    static String hold(Hold hold) {
        return hold.number() + ", by " + hold.by() + " since " + Times.utc(hold.at()) + ": " + hold.reason();
    }

    /** Until when, and by what. */
    static String stays(Keeping keeping, Instant now) {
        return switch (keeping) {
            case Keeping.WhileLive live ->
                "while its session lives, and then by rule (" + live.rule().words() + ")";
            case Keeping.Until until ->
                (until.isDueAt(now)
                                ? "until a sweep comes to it; due since " + Times.utc(until.until())
                                : "until " + Times.utc(until.until()) + ", " + Spoken.relative(until.until(), now))
                        + " (" + until.rule().words() + ")";
            case Keeping.Held held -> "until it is released; else " + stays(held.then(), now);
            case Keeping.Gone gone ->
                "no more: removed at " + Times.utc(gone.purge().at()) + " ("
                        + gone.purge().rule() + ")";
        };
    }
}
