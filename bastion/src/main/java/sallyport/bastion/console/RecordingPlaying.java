package sallyport.bastion.console;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import sallyport.admin.PlayFrom;
import sallyport.admin.Quoted;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RecordingPlay;
import sallyport.admin.SinceStart;
import sallyport.recorder.playback.Pace;
import sallyport.recorder.playback.Playback;

/** {@code recording play}: a recording in the client's terminal. */
final class RecordingPlaying {

    private static final Duration LONGEST_IDLE = Duration.ofHours(24);

    private final RecordingOperations recordings;
    private final LongSupplier nanos;

    RecordingPlaying(RecordingOperations recordings, LongSupplier nanos) {
        this.recordings = recordings;
        this.nanos = nanos;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("recording play", "a recording in your terminal, with ssh -t", this::play)
                .withPositional("ID", "its session's id, the beginning of its code, or its name")
                .withWord("--at", "TIME", "begin there: 01:07:20 since its start, 14:05 (UTC), 4h ago, or RFC 3339")
                .withWord("--idle", "SECONDS", "wait no longer than that where nothing happens")
                .withWord("--speed", "FACTOR", "so many times as fast, 0.125 to 64")
                .withFlag(
                        "--follow",
                        "go on with what comes while the session runs; begins at its end if --at is not said"));
    }

    private Exit play(Call call, Given given) throws IOException {
        Optional<ConsoleTerminal> terminal = call.channel().terminal().filter(t -> !t.isDumb());
        if (terminal.isEmpty()) {
            return call.fail(
                    Exit.USAGE,
                    (call.output().canAsk() ? "this terminal only prints, and " : "")
                            + "a recording is played in a terminal that can be drawn on: ssh -t bastion recording play"
                            + " ID; to read it as text: ssh bastion recording download ID --format text");
        }
        PlayFrom from;
        Pace pace;
        try {
            from = from(given, call.now());
            pace = pace(given);
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        return call.answer(recordings.play(call.caller(), given.positional(), from), play -> {
            perform(call, terminal.get(), play, pace, given.has("--follow"));
            return Exit.OK;
        });
    }

    private void perform(Call call, ConsoleTerminal terminal, RecordingPlay play, Pace pace, boolean follow)
            throws IOException {
        try (Playback playback = Playback.of(play.source())) {
            new Player(
                            call.channel(),
                            terminal,
                            nanos,
                            patience -> new PlayerView(play, playback, pace, follow, patience))
                    .run(play.from());
        }
    }

    private static PlayFrom from(Given given, Instant now) {
        Optional<String> at = given.option("--at");
        if (at.isEmpty()) {
            return given.has("--follow") ? new PlayFrom.Latest() : new PlayFrom.Beginning();
        }
        String text = at.get();
        return SinceStart.parse(text)
                .<PlayFrom>map(PlayFrom.Since::new)
                .or(() -> timeOfDay(text))
                .orElseGet(() -> new PlayFrom.Moment(moment(text, now)));
    }

    private static Optional<PlayFrom> timeOfDay(String text) {
        try {
            return text.matches("[0-9]{2}:[0-9]{2}")
                    ? Optional.of(new PlayFrom.TimeOfDay(LocalTime.parse(text)))
                    : Optional.empty();
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    private static Instant moment(String text, Instant now) {
        try {
            return Spoken.moment(text, now);
        } catch (IllegalArgumentException notATime) {
            throw new IllegalArgumentException(
                    Quoted.of(text)
                            + " is no moment of a recording; write 01:07:20 since its start, 14:05 (UTC), how long"
                            + " ago, as 15m 4h 1d, or 2026-11-21T14:00:00Z",
                    notATime);
        }
    }

    private static Pace pace(Given given) {
        Optional<Duration> idle = given.option("--idle").map(RecordingPlaying::idle);
        double speed = given.option("--speed").map(RecordingPlaying::speed).orElse(1.0);
        return new Pace(speed, idle);
    }

    private static Duration idle(String text) {
        if (!text.matches("[0-9]{1,5}([.][0-9]{1,3})?")
                || Duration.ofMillis((long) (Double.parseDouble(text) * 1000)).compareTo(LONGEST_IDLE) > 0) {
            throw new IllegalArgumentException("--idle takes seconds, as 2 or 0.5, " + LONGEST_IDLE.toSeconds()
                    + " at most, not " + Quoted.of(text));
        }
        return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
    }

    private static double speed(String text) {
        if (!text.matches("[0-9]{1,2}([.][0-9]{1,3})?")
                || Double.parseDouble(text) < Pace.SLOWEST
                || Double.parseDouble(text) > Pace.FASTEST) {
            throw new IllegalArgumentException("--speed takes a factor from 0.125 to 64, not " + Quoted.of(text));
        }
        return Double.parseDouble(text);
    }
}
