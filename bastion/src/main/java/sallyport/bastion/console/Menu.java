package sallyport.bastion.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import sallyport.admin.Caller;
import sallyport.admin.Outcome;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionView;
import sallyport.admin.TargetOperations;
import sallyport.admin.TargetView;
import sallyport.db.DatabaseAway;

/**
 * The list of where one can go: one's sessions that live, and one's targets. Type to narrow it, arrows and Enter to go. Not a
 * cockpit: its bottom line shows the command that does the same, so that people need it less and less. Safe for any thread.
 */
public final class Menu {

    private static final String OTHER_SCREEN = "\033[?1049h";
    private static final String BACK_FROM_OTHER_SCREEN = "\033[0m\033[2J\033[H\033[?1049l";

    /** How often it is looked whether the client's window has another size. */
    private static final long LOOK_MILLIS = 200;

    /** What one can come back to; anything else ends with its client. */
    private static final Set<String> OUTLIVES_CLIENTS = Set.of("shell", "job");

    private final TargetOperations targets;
    private final SessionOperations sessions;
    private final InstantSource clock;

    public Menu(TargetOperations targets, SessionOperations sessions, InstantSource clock) {
        this.targets = targets;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * Shows the list and waits on the calling thread until something is chosen. Follows the size of the window. Leaves the
     * terminal as it was, and the bytes behind the last key in the stream. On a terminal that only prints, it prints the
     * list with the commands and is done.
     *
     * @return {@link MenuChoice.Quit} also if the client is gone or has no terminal
     */
    public MenuChoice choose(Caller caller, ConsoleChannel channel) {
        Optional<ConsoleTerminal> terminal = channel.terminal();
        if (terminal.isEmpty()) {
            return new MenuChoice.Quit();
        }
        List<Destination> all = new ArrayList<>();
        Optional<String> notice = gather(caller, all);
        try {
            return terminal.get().isDumb()
                    ? print(channel, all, notice)
                    : new Showing(channel, terminal.get(), new MenuScreen(all, notice)).run();
        } catch (IOException gone) {
            return new MenuChoice.Quit();
        }
    }

    /** What is missing, if something is. */
    private Optional<String> gather(Caller caller, List<Destination> all) {
        Instant now = clock.instant();
        if (sessions.live(caller, false) instanceof Outcome.Done<List<SessionView>>(List<SessionView> live)) {
            live.stream()
                    .filter(v -> v.row().terminal()
                            && OUTLIVES_CLIENTS.contains(v.row().mode()))
                    .map(v -> Destination.of(v, now))
                    .forEach(all::add);
        }
        try {
            if (targets.list(caller) instanceof Outcome.Done<List<TargetView>>(List<TargetView> mine)) {
                mine.stream().flatMap(Destination::of).forEach(all::add);
            }
            return Optional.empty();
        } catch (DatabaseAway away) {
            return Optional.of("the database does not answer: your targets are missing here");
        }
    }

    private static MenuChoice print(ConsoleChannel channel, List<Destination> all, Optional<String> notice)
            throws IOException {
        Output output = new Output(channel);
        output.data(all.stream()
                .map(d -> d.command() + "  " + d.label() + ", " + d.detail())
                .toList());
        if (notice.isPresent()) {
            output.say(notice.get());
        }
        output.say("this terminal cannot show the menu; these are the commands in it");
        return new MenuChoice.Quit();
    }

    /**
     * One menu on one terminal. The caller's thread takes keys, a second one looks at the size; both draw, so drawing holds
     * the lock, across the write too: two half-drawn screens would mix.
     */
    private static final class Showing {

        private final ConsoleChannel channel;
        private final ConsoleTerminal terminal;
        private final MenuScreen screen;
        private int drawnColumns;
        private int drawnRows;

        Showing(ConsoleChannel channel, ConsoleTerminal terminal, MenuScreen screen) {
            this.channel = channel;
            this.terminal = terminal;
            this.screen = screen;
        }

        MenuChoice run() throws IOException {
            write(OTHER_SCREEN);
            draw();
            try (ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("menu-size").factory())) {
                var looks = looking.scheduleWithFixedDelay(
                        this::followSize, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
                try {
                    return choose();
                } finally {
                    looks.cancel(false);
                }
            } finally {
                write(BACK_FROM_OTHER_SCREEN);
            }
        }

        private MenuChoice choose() throws IOException {
            Keyboard keyboard = new Keyboard(channel.in());
            while (true) {
                Optional<MenuChoice> choice = take(keyboard.next());
                if (choice.isPresent()) {
                    return choice.get();
                }
            }
        }

        private synchronized Optional<MenuChoice> take(Key key) throws IOException {
            Optional<MenuChoice> choice = screen.take(key);
            if (choice.isEmpty()) {
                draw();
            }
            return choice;
        }

        private synchronized void followSize() {
            if (terminal.width() != drawnColumns || terminal.height() != drawnRows) {
                try {
                    draw();
                } catch (IOException gone) {
                    // The thread that reads learns it too, and ends the menu.
                    drawnColumns = terminal.width();
                }
            }
        }

        private synchronized void draw() throws IOException {
            drawnColumns = terminal.width();
            drawnRows = terminal.height();
            write(screen.draw(drawnColumns, drawnRows));
        }

        private void write(String text) throws IOException {
            channel.out().write(text.getBytes(StandardCharsets.UTF_8));
            channel.out().flush();
        }
    }
}
