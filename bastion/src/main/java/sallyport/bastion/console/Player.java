package sallyport.bastion.console;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.PlayFrom;
import sallyport.recorder.playback.Patience;

/**
 * A recording on a client's terminal: lets time pass, takes keys, writes frames.
 *
 * <p>The caller's thread reads keys and hands over one at a time; a platform thread of its own plays, since going a long way
 * through a recording is work that must not hold one of the few threads that virtual ones share. A client that takes frames
 * slowly makes it wait, and nothing else; one that is gone ends it.
 */
final class Player {

    private static final Logger LOG = LoggerFactory.getLogger(Player.class);

    /** A viewer who was kept waiting longer, by a slow line or a sleeping machine, goes on from where they were. */
    private static final Duration LONGEST_TICK = Duration.ofMillis(500);

    /** When a way is so long that it is said how far it has come, and how often. */
    private static final long LONG_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final ConsoleChannel channel;
    private final ConsoleTerminal terminal;
    private final LongSupplier nanos;
    private final PlayerView view;
    private final BlockingQueue<Pressed> pressed = new LinkedBlockingQueue<>();
    private int columns;
    private int rows;

    /** When a way began, or was told about last. */
    private long toldAt;

    /** What the client's stream said when it took no more. */
    private @Nullable IOException gone;

    /** A key, and whether another one may follow it. */
    private record Pressed(Key key, CompletableFuture<Boolean> goesOn) {}

    /** @param view makes what is shown, given the patience for long ways */
    Player(ConsoleChannel channel, ConsoleTerminal terminal, LongSupplier nanos, Function<Patience, PlayerView> view) {
        this.channel = channel;
        this.terminal = terminal;
        this.nanos = nanos;
        this.view = view.apply(this::lasts);
    }

    /** Plays until the viewer leaves, or is gone. Leaves the terminal clean, and the bytes behind the last key in the stream. */
    void run(PlayFrom from) {
        try (ExecutorService stage = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("play").factory())) {
            CompletableFuture<Void> over = CompletableFuture.runAsync(() -> perform(from), stage);
            Keyboard keyboard = new Keyboard(channel.in());
            boolean goesOn = true;
            while (goesOn) {
                Pressed one = new Pressed(keyboard.next(), new CompletableFuture<>());
                pressed.add(one);
                CompletableFuture.anyOf(one.goesOn(), over).join();
                goesOn = !over.isDone() && one.goesOn().join();
            }
            over.join();
        }
    }

    private void perform(PlayFrom from) {
        try {
            try {
                startWay();
                view.go(from);
                play();
            } finally {
                write(view.leave());
            }
        } catch (IOException clientGone) {
            LOG.debug("whoever looked at a recording is gone", clientGone);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void play() throws IOException, InterruptedException {
        draw();
        long before = nanos.getAsLong();
        while (true) {
            Pressed one = pressed.poll(view.pause().toNanos(), TimeUnit.NANOSECONDS);
            if (gone != null) {
                throw gone;
            }
            if (one != null) {
                startWay();
                boolean goesOn = view.take(one.key());
                one.goesOn().complete(goesOn);
                if (!goesOn) {
                    return;
                }
                before = nanos.getAsLong();
            }
            long now = nanos.getAsLong();
            startWay();
            boolean changed = view.pass(Duration.ofNanos(Math.clamp(now - before, 0, LONGEST_TICK.toNanos())));
            before = now;
            if (changed || one != null || terminal.width() != columns || terminal.height() != rows) {
                draw();
            }
        }
    }

    private void startWay() {
        toldAt = nanos.getAsLong();
    }

    /** Asked on a long way: it ends with the next key, and is told about now and then. */
    private boolean lasts(Duration at) {
        long now = nanos.getAsLong();
        if (now - toldAt > LONG_WAY_NANOS) {
            toldAt = now;
            try {
                view.tellWay(at);
                draw();
            } catch (IOException clientGone) {
                gone = clientGone;
            }
        }
        Pressed next = pressed.peek();
        return gone == null && (next == null || next.key() == Key.Named.OTHER);
    }

    private void draw() throws IOException {
        columns = terminal.width();
        rows = terminal.height();
        write(view.draw(columns, rows));
    }

    private void write(byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            channel.out().write(bytes);
            channel.out().flush();
        }
    }
}
