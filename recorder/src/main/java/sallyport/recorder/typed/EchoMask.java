package sallyport.recorder.typed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.ControlFilter;

/**
 * Keeps of what is typed only what is also shown. A run of text is held in memory until the program has shown it, right where
 * the cursor was, and is kept then. If it shows something else first, or nothing for {@link #PATIENCE}, or if it had asked
 * for a secret, the run is hidden: that there was one is kept, and not what nor how much, and with it goes all that is typed up
 * to the end of that line. Keys that show nothing of themselves, such as arrows and Ctrl-C, are kept as they were sent.
 *
 * <p>That is inference. It errs towards hiding: full-screen programs and slow targets hide what is no secret. It errs the other
 * way where a program shows by chance, at the cursor, exactly what somebody types unseen; then that is in the recording of its
 * output too.
 *
 * <p>Enter does not hide what is before it by itself, since whoever types a line quickly presses it before the echo has come: the
 * program must show the run and then a line end, as the very next thing.
 *
 * <p>For one thread. Times are nanoseconds of a monotonic clock.
 */
public final class EchoMask {

    /** How long text waits for being shown. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Most characters that wait; beyond it the oldest are hidden. */
    static final int MOST_HELD = 16 * 1024;

    /** What password prompts show instead of what is typed. */
    private static final String MASKS = "*•●∙·";

    private final Keys keys = new Keys();
    private final ControlFilter output = ControlFilter.plain();
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private int heldCharacters;

    /** Up to the end of the line nothing more is kept: it belongs to what was hidden. */
    private boolean swallowing;

    /** The last thing that was kept is that something was hidden. */
    private boolean justHidden;

    /** On this line something was shown as it was typed. */
    private boolean shows;

    /** What stood left of the cursor when the line's first text was typed: what the program wants. */
    private @Nullable String prompt;

    /** Something that waits for what was typed before it, or to be shown. */
    private sealed interface Held {}

    private record Waiting(String who, Key.Control key) implements Held {}

    /** Text that is typed without anything between. */
    private static final class Run implements Held {
        private final String who;

        /** Left of the cursor when it began; null if that was not known, since something else was still waiting. */
        private final @Nullable String left;

        private final StringBuilder text = new StringBuilder();

        /** So much of it was shown. */
        private int shown;

        /** Since when nothing more of it was shown. */
        private long since;

        private boolean secret;

        /** Nothing is before it any more. */
        private boolean first;

        Run(String who, @Nullable String left, long since) {
            this.who = who;
            this.left = left;
            this.since = since;
        }

        boolean isShown() {
            return shown == text.length();
        }

        boolean hasLines() {
            return text.indexOf("\r") >= 0 || text.indexOf("\n") >= 0;
        }

        boolean isMasks() {
            return text.chars().allMatch(c -> MASKS.indexOf(c) >= 0);
        }
    }

    /**
     * Somebody typed.
     *
     * @param cursor where it is, with all output so far
     * @return what may be kept now, of this and of what was held
     */
    public List<Typed> typed(String who, byte[] bytes, Cursor cursor, long now) {
        boolean asks = asks(cursor.left());
        for (Key key : keys.read(bytes)) {
            switch (key) {
                case Key.Control control -> held.add(new Waiting(who, control));
                case Key.Text(String text) -> {
                    Run run = run(who, cursor, now);
                    run.text.append(text);
                    run.secret |= asks;
                    heldCharacters += text.length();
                }
                case Key.Packed() -> run(who, cursor, now).secret = true;
            }
        }
        List<Typed> kept = new ArrayList<>();
        settle(kept, cursor, now);
        while (heldCharacters > MOST_HELD || held.size() > MOST_HELD) {
            hideFirst(kept, cursor);
            settle(kept, cursor, now);
        }
        return kept;
    }

    private Run run(String who, Cursor cursor, long now) {
        if (held.peekLast() instanceof Run last && last.who.equals(who)) {
            return last;
        }
        Run run = new Run(who, held.isEmpty() ? cursor.left() : null, now);
        held.add(run);
        return run;
    }

    /** Whether the program asks for a secret. What was typed and shown behind a prompt is none of it. */
    private boolean asks(String left) {
        if (shows && prompt != null && left.startsWith(prompt)) {
            return false;
        }
        prompt = left;
        return Prompts.asks(left);
    }

    /**
     * The program showed something.
     *
     * @param bytes which may be cut anywhere
     * @param cursorAfter asked only if somebody's text waits: where the cursor is behind these bytes
     * @return what may be kept now
     */
    public List<Typed> shown(byte[] bytes, Supplier<Cursor> cursorAfter, long now) {
        String text = new String(output.filter(ByteBuffer.wrap(bytes)), StandardCharsets.UTF_8);
        if (held.isEmpty()) {
            return List.of();
        }
        Cursor cursor = cursorAfter.get();
        List<Typed> kept = new ArrayList<>();
        boolean other = false;
        for (int i = 0; i < text.length() && !other && held.peek() instanceof Run run; i++) {
            other = !follows(run, text.charAt(i), kept, cursor, now);
        }
        if (held.peek() instanceof Run run) {
            look(run, cursor, other, kept, now);
        }
        return kept;
    }

    /** The next character that was shown. False if it is not the run's. */
    private boolean follows(Run run, char c, List<Typed> kept, Cursor cursor, long now) {
        if (c == '\r') {
            return true;
        }
        if (!run.isShown() && isAlike(run.text.charAt(run.shown), c)) {
            run.shown++;
            run.since = now;
            return true;
        }
        boolean entered = isEntered();
        if (run.isShown() && c == '\n' && entered && mayKeep(run)) {
            keepFirst(kept);
            settle(kept, cursor, now);
            return true;
        }
        boolean endsHere = entered || (!run.isShown() && !run.hasLines() && !cursor.fullScreen());
        if (c == '\n' && endsHere) {
            // The line is over, and it was not shown on it.
            hideFirst(kept, cursor);
            settle(kept, cursor, now);
            return true;
        }
        // What a program shows behind the whole run is no sign against it: the rest of a line that was typed into.
        return run.isShown() && !entered && mayKeep(run);
    }

    /** Lines that are pasted end otherwise than they are shown. */
    private static boolean isAlike(char typed, char shown) {
        return shown == (typed == '\r' ? '\n' : typed);
    }

    /** Whether Enter is what was typed behind the first run. */
    private boolean isEntered() {
        Iterator<Held> all = held.iterator();
        all.next();
        return all.hasNext()
                && all.next() instanceof Waiting waiting
                && waiting.key().enter();
    }

    private boolean mayKeep(Run run) {
        return shows || !run.isMasks();
    }

    /** What the screen says of the first run, once all that came is on it. */
    private void look(Run run, Cursor cursor, boolean other, List<Typed> kept, long now) {
        Optional<String> behind = Optional.ofNullable(run.left)
                .filter(cursor.left()::startsWith)
                .map(left -> cursor.left().substring(left.length()));
        String text = run.text.toString();
        // A key behind it, as the one that completes a name, may have added something already.
        boolean onScreen = behind.filter(shown -> held.size() > 1 ? shown.startsWith(text) : shown.equals(text))
                .isPresent();
        boolean begun = behind.filter(text::startsWith)
                .filter(shown -> shown.length() >= run.shown)
                // What a full-screen program shows elsewhere is its answer to a key that it does not show.
                .filter(shown -> !shown.isEmpty() || !cursor.fullScreen())
                .isPresent();
        if (onScreen || begun) {
            int shown = Math.min(behind.map(String::length).orElse(0), text.length());
            run.since = shown > run.shown ? now : run.since;
            run.shown = shown;
        }
        boolean elsewhere = !onScreen && !begun;
        boolean onlyBytesTell = run.left == null || cursor.fullScreen() || run.hasLines();
        if (elsewhere && (other || Prompts.asks(cursor.left()))) {
            hideFirst(kept, cursor);
        } else if (run.isShown() && !isEntered() && mayKeep(run) && (onScreen || onlyBytesTell)) {
            keepFirst(kept);
        }
        settle(kept, cursor, now);
    }

    /** When {@link #lapse} has something to do, if nothing else happens; empty: nothing waits. */
    public OptionalLong due() {
        return held.peek() instanceof Run run ? OptionalLong.of(run.since + PATIENCE.toNanos()) : OptionalLong.empty();
    }

    /** Time has passed. */
    public List<Typed> lapse(Cursor cursor, long now) {
        List<Typed> kept = new ArrayList<>();
        while (held.peek() instanceof Run run && now - run.since >= PATIENCE.toNanos()) {
            hideFirst(kept, cursor);
            settle(kept, cursor, now);
        }
        return kept;
    }

    /** Nothing more will be shown. */
    public List<Typed> end() {
        List<Typed> kept = new ArrayList<>();
        while (!held.isEmpty()) {
            hideFirst(kept, Cursor.UNKNOWN);
            settle(kept, Cursor.UNKNOWN, 0);
        }
        return kept;
    }

    /** Lets go of what is first, as long as that needs no more waiting. */
    private void settle(List<Typed> kept, Cursor cursor, long now) {
        for (Held first = held.peek(); first != null; first = held.peek()) {
            switch (first) {
                case Waiting(String who, Key.Control key) -> {
                    held.remove();
                    keep(who, key, kept);
                }
                case Run run -> {
                    if (!swallowing && !run.secret) {
                        if (!run.first) {
                            run.first = true;
                            run.since = now;
                        }
                        return;
                    }
                    hideFirst(kept, cursor);
                }
            }
        }
    }

    private void keep(String who, Key.Control key, List<Typed> kept) {
        if (!swallowing || key.endsLine()) {
            kept.add(Typed.shown(who, key.sent()));
        }
        if (key.endsLine()) {
            swallowing = false;
            justHidden = false;
            shows = false;
            prompt = null;
        }
    }

    private void keepFirst(List<Typed> kept) {
        if (held.poll() instanceof Run run) {
            heldCharacters -= run.text.length();
            kept.add(Typed.shown(run.who, run.text.toString()));
            shows |= !run.isMasks();
            justHidden = false;
        }
    }

    private void hideFirst(List<Typed> kept, Cursor cursor) {
        if (held.poll() instanceof Run run) {
            heldCharacters -= run.text.length();
            if (!swallowing && !justHidden) {
                kept.add(Typed.hidden(run.who));
            }
            justHidden = true;
            // A full-screen program has no lines: what is typed next stands for itself.
            swallowing |= !cursor.fullScreen();
        }
    }
}
