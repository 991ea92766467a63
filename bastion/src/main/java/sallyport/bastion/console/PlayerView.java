package sallyport.bastion.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.PlayFrom;
import sallyport.admin.RecordingPlay;
import sallyport.admin.SinceStart;
import sallyport.recorder.playback.Pace;
import sallyport.recorder.playback.Patience;
import sallyport.recorder.playback.Playback;
import sallyport.recorder.playback.Sought;
import sallyport.recorder.screen.FrameDrawing;
import sallyport.recorder.screen.Screen;

/**
 * What somebody who plays a recording sees, and how keys and time change it. Draws the picture of a terminal in memory and one
 * line of ours, so that nothing that was recorded reaches the viewer's terminal as it was written (T33). No I/O but reading the
 * recording. For one thread at a time.
 */
final class PlayerView {

    private static final Logger LOG = LoggerFactory.getLogger(PlayerView.class);

    private static final Duration SHORT_JUMP = Duration.ofSeconds(5);
    private static final Duration LONG_JUMP = Duration.ofMinutes(1);

    /** Whoever asks for the command before has just heard of one that was passed so little ago. */
    private static final Duration JUST_PASSED = Duration.ofSeconds(1);

    /** About 30 frames a second are smooth, more cost without being seen. */
    private static final Duration FRAME = Duration.ofMillis(33);

    /** How often it is looked whether a recording has grown. */
    private static final Duration LOOK_FOR_MORE = Duration.ofMillis(100);

    /** How often it is looked whether the window has another size. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final int LONGEST_SEARCH = 100;

    private static final List<String> ALL_KEYS = List.of(
            "space          pause, and go on",
            ", .            what was before; what happens next",
            "left, right    5 seconds; page up and page down: a minute",
            "Home, End      the beginning, the end",
            "1 to 9         tenths of it",
            "[ ]            the command or marker before, the next one",
            "/ n            search for text on the screen; the next place",
            "+ -            faster, slower",
            "q, Ctrl-C      leave",
            "",
            "any key goes back to the recording");

    private enum Mode {
        PLAYING,
        PAUSED,
        /** At the end of what there is, and more is awaited. */
        LIVE,
        ENDED
    }

    private final RecordingPlay play;
    private final Playback playback;
    private final boolean follow;
    private final Patience patience;
    private final FrameDrawing frames = FrameDrawing.ofPicture(1, 1);
    private Pace pace;
    private Mode mode = Mode.PLAYING;
    private Optional<String> notice = Optional.empty();

    /** How far a long way has led; empty when none is gone. */
    private Optional<String> way = Optional.empty();

    /** What is being typed behind the slash; null if nobody searches. */
    private @Nullable Line question;

    private String searched = "";
    private boolean showsKeys;
    private int columns;
    private int rows;

    /**
     * @param follow whether to go on behind the end while the recording grows
     * @param patience asked on long ways
     */
    PlayerView(RecordingPlay play, Playback playback, Pace pace, boolean follow, Patience patience) {
        this.play = play;
        this.playback = playback;
        this.pace = pace;
        this.follow = follow;
        this.patience = patience;
    }

    /** Something that reads the recording. */
    @FunctionalInterface
    private interface Move {
        Sought to() throws IOException;
    }

    /** Goes to where the viewer wants to begin. */
    void go(PlayFrom from) {
        move(() -> switch (from) {
            case PlayFrom.Beginning _ -> Sought.THERE;
            case PlayFrom.Latest _ -> playback.end(patience);
            case PlayFrom.Since(Duration start) -> playback.seek(start, patience);
            case PlayFrom.Moment(Instant time) -> playback.seek(time, patience);
            case PlayFrom.TimeOfDay _ -> throw new IllegalArgumentException("a time of day of no day");
        });
    }

    // --- time ---

    /** How long to wait before {@link #pass}, if no key comes. */
    Duration pause() {
        return switch (mode) {
            case PLAYING -> FRAME;
            case LIVE -> LOOK_FOR_MORE;
            case PAUSED, ENDED -> LOOK;
        };
    }

    /**
     * Time has passed.
     *
     * @return whether there may be something else to see
     */
    boolean pass(Duration waited) {
        Mode before = mode;
        Duration from = playback.position();
        switch (mode) {
            case PLAYING -> attempt(() -> playOn(waited));
            case LIVE -> attempt(this::takeWhatCame);
            case PAUSED, ENDED -> {}
        }
        return mode != before || !from.equals(playback.position());
    }

    private Sought playOn(Duration waited) throws IOException {
        Optional<Duration> next = playback.next();
        if (next.isEmpty()) {
            mode = goesOn() ? Mode.LIVE : Mode.ENDED;
            return Sought.NOWHERE;
        }
        return playback.seek(pace.after(waited, playback.position(), playback.last(), next), patience);
    }

    private Sought takeWhatCame() throws IOException {
        // Asked before the reading: what was written before the session's end is read behind it.
        boolean goesOn = goesOn();
        if (playback.next().isPresent()) {
            return playback.end(patience);
        }
        mode = goesOn ? Mode.LIVE : Mode.ENDED;
        return Sought.NOWHERE;
    }

    private boolean goesOn() {
        return follow && !playback.isOver() && playback.damage().isEmpty() && play.grows();
    }

    // --- keys ---

    /**
     * Takes a key.
     *
     * @return false if the viewer leaves
     */
    boolean take(Key key) {
        if (key == Key.Named.GONE) {
            return false;
        }
        notice = Optional.empty();
        if (showsKeys) {
            showsKeys = false;
            return key != Key.Named.INTERRUPT;
        }
        if (question != null) {
            ask(question, key);
            return true;
        }
        switch (key) {
            case Key.Named.INTERRUPT, Key.Named.END_OF_TEXT -> {
                return false;
            }
            case Key.Named.LEFT -> jump(SHORT_JUMP.negated());
            case Key.Named.RIGHT -> jump(SHORT_JUMP);
            case Key.Named.PAGE_UP -> jump(LONG_JUMP.negated());
            case Key.Named.PAGE_DOWN -> jump(LONG_JUMP);
            case Key.Named.HOME -> move(() -> playback.seek(Duration.ZERO, patience));
            case Key.Named.END -> move(() -> playback.end(patience));
            case Key.Named _ -> {}
            case Key.Typed(int c) -> {
                return typed(c);
            }
        }
        return true;
    }

    private boolean typed(int c) {
        switch (c) {
            case 'q' -> {
                return false;
            }
            case ' ' -> pauseOrGoOn();
            case '.' -> step(playback::stepForward, "nothing comes after this");
            case ',' -> step(() -> playback.stepBack(patience), "this is the beginning");
            case ']' -> tell(move(() -> playback.nextMark(patience)), "no command or marker after this");
            case '[' -> tell(move(this::markBefore), "no command or marker before this");
            case '/' -> question = new Line(LONGEST_SEARCH);
            case 'n' -> search();
            case '+', '=' -> pace = pace.at(pace.speed() * 2);
            case '-' -> pace = pace.at(pace.speed() / 2);
            case '?' -> showsKeys = true;
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> tenth(c - '0');
            default -> {}
        }
        return true;
    }

    private void pauseOrGoOn() {
        switch (mode) {
            case PLAYING, LIVE -> mode = Mode.PAUSED;
            case PAUSED -> mode = Mode.PLAYING;
            case ENDED -> notice = Optional.of("this is the end; Home plays it again");
        }
    }

    private void step(Move move, String nowhere) {
        mode = Mode.PAUSED;
        tell(move(move), nowhere);
    }

    private Sought markBefore() throws IOException {
        Duration before =
                mode == Mode.PAUSED ? playback.position() : playback.position().minus(JUST_PASSED);
        return playback.previousMark(before, patience);
    }

    private void jump(Duration by) {
        Duration to = playback.position().plus(by);
        move(() -> playback.seek(to.isNegative() ? Duration.ZERO : to, patience));
    }

    private void tenth(int number) {
        Optional<Duration> length = play.length();
        if (length.isEmpty()) {
            notice = Optional.of("it still grows: there are no tenths of it");
        } else {
            move(() -> playback.seek(length.get().multipliedBy(number).dividedBy(10), patience));
        }
    }

    private void ask(Line typed, Key key) {
        switch (key) {
            case Key.Named.ENTER -> {
                question = null;
                searched = typed.text();
                search();
            }
            case Key.Named.ESCAPE, Key.Named.INTERRUPT -> question = null;
            case Key.Named.BACKSPACE -> {
                if (typed.text().isEmpty()) {
                    question = null;
                }
                typed.take(key);
            }
            case Key other -> typed.take(other);
        }
    }

    private void search() {
        if (searched.isEmpty()) {
            notice = Optional.of("/ searches for a text");
            return;
        }
        Sought sought = move(() -> playback.search(searched, patience));
        if (sought == Sought.THERE) {
            mode = Mode.PAUSED;
            notice = Optional.of("\"" + searched + "\"");
        }
        tell(sought, "\"" + searched + "\" is not shown again after this");
    }

    private void tell(Sought sought, String nowhere) {
        switch (sought) {
            case THERE -> {}
            case NOWHERE -> notice = notice.or(() -> Optional.of(nowhere));
            case GIVEN_UP -> notice = Optional.of("given up");
        }
    }

    /** Goes somewhere because the viewer wants to: what was at its end may go on from there. */
    private Sought move(Move move) {
        Sought sought = attempt(move);
        if (sought != Sought.NOWHERE && mode != Mode.PAUSED) {
            mode = Mode.PLAYING;
        }
        return sought;
    }

    /** A disk that fails ends the playing, and not the player: what was read can still be looked at. */
    private Sought attempt(Move move) {
        try {
            return move.to();
        } catch (IOException unreadable) {
            LOG.warn(
                    "the recording of session {} cannot be read", play.session().id(), unreadable);
            mode = Mode.ENDED;
            notice = Optional.of("the recording cannot be read further; tell the operator");
            return Sought.NOWHERE;
        } finally {
            way = Optional.empty();
        }
    }

    // --- the picture ---

    /** On a long way: how far it has come. */
    void tellWay(Duration at) {
        way = Optional.of("on the way, at " + SinceStart.format(at) + "; any key stops here");
    }

    /** What turns the viewer's terminal, of this size, from what it shows into what is to be seen now. */
    byte[] draw(int newColumns, int newRows) {
        if (newColumns != columns || newRows != rows) {
            columns = newColumns;
            rows = newRows;
            frames.resize(columns, rows);
        }
        return frames.next(showsKeys ? keys() : playback.screen(), status());
    }

    /** What leaves the viewer's terminal clean. */
    byte[] leave() {
        return frames.end();
    }

    private Screen keys() {
        Screen screen = new Screen(columns, Math.max(1, rows - 1), 0);
        screen.feed(String.join("\r\n", ALL_KEYS).getBytes(StandardCharsets.UTF_8));
        screen.feed("\033[H".getBytes(StandardCharsets.US_ASCII));
        return screen;
    }

    private String status() {
        if (question != null) {
            return "/" + question.text() + "_    Enter searches, Esc does not";
        }
        return new PlayerStatus(
                        place(),
                        playback.wallClock(),
                        way.or(() -> notice).or(this::news).orElse(""))
                .line(columns);
    }

    /** Where this is: {@code paused  01:07:20 / 02:13:24  2x}. */
    private String place() {
        Duration position = playback.position();
        String length = play.length()
                .filter(l -> mode != Mode.ENDED && l.compareTo(position) > 0)
                .map(l -> " / " + SinceStart.format(l))
                .orElse("");
        return word() + "  " + SinceStart.format(position) + length
                + (pace.speed() == 1 ? "" : "  " + factor(pace.speed()));
    }

    private String word() {
        return switch (mode) {
            case PLAYING -> "playing";
            case PAUSED -> "paused";
            case LIVE -> "live";
            case ENDED -> "end";
        };
    }

    private static String factor(double speed) {
        return (speed == Math.rint(speed) ? String.valueOf((long) speed) : String.valueOf(speed)) + "x";
    }

    /** What there is to say without being asked. */
    private Optional<String> news() {
        if (mode != Mode.ENDED) {
            return playback.marker();
        }
        if (playback.damage().isPresent()) {
            return Optional.of("the recording is damaged from here on; q quits");
        }
        return Optional.of(
                play.grows()
                        ? "all so far; --follow goes on with it; q quits"
                        : "this is the end of the recording; q quits");
    }
}
