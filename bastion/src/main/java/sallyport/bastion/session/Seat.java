package sallyport.bastion.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.backend.TerminalSize;
import sallyport.recorder.screen.FrameDrawing;
import sallyport.recorder.screen.QueryFilter;
import sallyport.recorder.screen.Redraw;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/**
 * How one attachment is shown the session: its bytes as they are, or frames drawn from the screen model where its terminal
 * has another size or it cannot keep up. Only the session's pump has a hand on it.
 */
final class Seat {

    /** Most lines of scrollback that somebody who comes back gets. */
    static final int MOST_LINES = 2000;

    final Attachment attachment;

    /** What removes the program's questions to a terminal, for one that is not to answer; null for the one that is. */
    private @Nullable QueryFilter filter;

    /** Draws frames; null while the program's own bytes pass. */
    private @Nullable FrameDrawing frames;

    /** Whether the client's terminal is known to show what the model shows, at the same place. */
    private boolean aligned;

    /** The client's part in the target's credit, while the program's bytes pass and it may type. */
    private Credit.@Nullable Pace pace;

    private IntConsumer taken;
    private long noticedAt;

    /** What stands in the status line of the next frames. */
    private String status = "";

    /** It could not keep up. */
    private boolean behind;

    /** Output of the program that was not offered because frames are drawn, since the last frame. */
    private long skipped;

    private long lastFrame;
    private long linesWhenFramed;

    Seat(Attachment attachment) {
        this.attachment = attachment;
        this.taken = attachment::taken;
    }

    /** Whether it can be drawn on. */
    boolean isFull() {
        return attachment.who().display() == Newcomer.Display.FULL;
    }

    boolean isFramed() {
        return frames != null;
    }

    boolean isBehind() {
        return behind;
    }

    /** Offers what the program wrote, as it is but for questions that another terminal answers. */
    void relay(boolean stderr, byte[] bytes) {
        byte[] shown = filter == null ? bytes : filter.filter(bytes, 0, bytes.length);
        if (shown.length > 0) {
            attachment.relay(stderr, shown, taken);
        }
        if (pace != null && shown.length != bytes.length) {
            pace.taken(bytes.length - shown.length);
        }
    }

    /** The program's bytes pass from here on, and the client sets the pace if it may type. */
    void pass(Credit credit) {
        leavePace();
        if (attachment.isViewer()) {
            taken = attachment::taken;
        } else {
            Credit.Pace mine = credit.join();
            pace = mine;
            taken = bytes -> {
                attachment.taken(bytes);
                mine.taken(bytes);
            };
        }
    }

    /** The client sets the pace no more. */
    void leavePace() {
        if (pace != null) {
            pace.leave();
            pace = null;
        }
    }

    void answers(boolean yes) {
        if (yes) {
            filter = null;
        } else if (filter == null) {
            filter = new QueryFilter();
        }
    }

    /** Draws the whole screen and {@code lines} of scrollback, whatever the client's terminal shows now. */
    void redraw(Screen screen, int lines) {
        attachment.draw(Redraw.of(screen, lines));
        aligned = true;
        attachment.noticed(false);
    }

    /** One line for the person, over the screen, which comes back by {@link #forget}. */
    void notice(Screen screen, String line, long now) {
        noticedAt = now;
        if (!isFull()) {
            if (attachment.who().display() == Newcomer.Display.DUMB) {
                attachment.draw(plain(List.of("", line)));
            }
        } else if (frames != null) {
            status = line;
            attachment.noticed(true);
        } else {
            if (!aligned) {
                redraw(screen, 0);
            } else if (attachment.isNoticed()) {
                attachment.draw(Redraw.repaint(screen));
            }
            attachment.draw(Redraw.notice(screen, line));
            attachment.noticed(true);
        }
    }

    /** When the last notice came. */
    long noticedAt() {
        return noticedAt;
    }

    /** Takes the notice away. */
    void forget(Screen screen) {
        if (!attachment.isNoticed()) {
            return;
        }
        attachment.noticed(false);
        status = "";
        if (frames == null) {
            attachment.draw(Redraw.repaint(screen));
        }
    }

    /** From here on frames are drawn. */
    void frame(Screen screen, boolean lagging) {
        leavePace();
        behind = lagging;
        if (frames != null) {
            return;
        }
        if (lagging) {
            attachment.dropQueued();
        }
        TerminalSize size = attachment.size();
        frames = new FrameDrawing(size.columns(), size.rows());
        linesWhenFramed = lines(screen);
        skipped = 0;
        lastFrame = 0;
    }

    /** From here on the program's bytes pass again, behind what was missed. */
    void unframe(Screen screen) {
        FrameDrawing drawing = frames;
        if (drawing == null) {
            return;
        }
        frames = null;
        behind = false;
        attachment.draw(drawing.end());
        redraw(screen, (int) Math.min(MOST_LINES, lines(screen) - linesWhenFramed));
    }

    /** The client's own terminal has another size. */
    void resized() {
        if (frames != null) {
            TerminalSize size = attachment.size();
            frames.resize(size.columns(), size.rows());
        }
    }

    void skip(int bytes) {
        skipped += bytes;
    }

    /** Output that passed since the last frame, in bytes. */
    long skipped() {
        return skipped;
    }

    /** Nanoseconds since the last frame. */
    long sinceFrame(long now) {
        return lastFrame == 0 ? Long.MAX_VALUE : now - lastFrame;
    }

    void draw(Screen screen, String usualStatus, long now) {
        FrameDrawing drawing = frames;
        if (drawing != null) {
            attachment.draw(drawing.next(screen, status.isEmpty() ? usualStatus : status));
            lastFrame = now;
            skipped = 0;
        }
    }

    /** It cannot keep up and cannot be drawn on: says how much is left out. */
    void leaveOut() {
        long left = attachment.outstanding();
        attachment.dropQueued();
        attachment.draw(plain(List.of("", "[" + SessionWords.size(left - attachment.outstanding()) + " left out]")));
    }

    /** The last lines as text, for one that cannot be drawn on. */
    void print(Screen screen) {
        String lines =
                String.join("\r\n", ScreenText.tail(screen, attachment.who().linesBefore()));
        // What the program writes next goes on where its cursor is: in the last line, or on a new one.
        boolean ended = screen.cursorColumn() == 0 && !lines.isEmpty();
        attachment.draw((lines + (ended ? "\r\n" : "")).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] plain(List<String> lines) {
        return lines.stream().collect(Collectors.joining("\r\n", "", "\r\n")).getBytes(StandardCharsets.UTF_8);
    }

    private static long lines(Screen screen) {
        return screen.forgottenLines() + screen.scrollbackLines();
    }
}
