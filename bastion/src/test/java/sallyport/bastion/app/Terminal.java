package sallyport.bastion.app;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.WinSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/** A program in a real pseudo-terminal, typed at and read from as a person would. */
final class Terminal implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final PtyProcess process;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final Screen screen;
    private int mark;
    private final Thread reader;

    private Terminal(PtyProcess process, int columns, int rows) {
        this.process = process;
        this.screen = new Screen(columns, rows);
        screen.answerTo(this::answer);
        this.reader = Thread.ofPlatform().daemon().name("terminal-reader").start(this::read);
    }

    static Terminal start(List<String> command) {
        return start(command, 100, 30);
    }

    static Terminal start(List<String> command, int columns, int rows) {
        try {
            return new Terminal(
                    new PtyProcessBuilder(command.toArray(String[]::new))
                            .setEnvironment(Map.of(
                                    "TERM", "xterm-256color", "PATH", System.getenv("PATH"), "HOME", "/nonexistent"))
                            .setInitialColumns(columns)
                            .setInitialRows(rows)
                            .start(),
                    columns,
                    rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try {
            int count;
            while ((count = process.getInputStream().read(buffer)) >= 0) {
                synchronized (seen) {
                    seen.write(buffer, 0, count);
                    screen.feed(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            // The terminal is gone, as its process is.
        }
    }

    /** A terminal answers what programs ask it. */
    private void answer(byte[] reply) {
        try {
            process.getOutputStream().write(reply);
            process.getOutputStream().flush();
        } catch (IOException e) {
            // Nobody asks any more.
        }
    }

    /** What somebody who sits before it sees now, without trailing blanks. */
    List<String> screen() {
        return look(ScreenText::screen);
    }

    /** The same with colours and attributes. */
    List<String> screenWithColours() {
        return look(ScreenText::screenWithColours);
    }

    /** Something about what it shows. */
    <T> T look(Function<Screen, T> question) {
        synchronized (seen) {
            return question.apply(screen);
        }
    }

    /** Waits until {@code expected} stands on the screen. */
    Terminal awaitScreen(String expected) {
        try {
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> String.join("\n", screen()).contains(expected));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(
                    "\"" + expected + "\" did not stand on the screen:\n" + String.join("\n", screen()), e);
        }
        return this;
    }

    byte[] bytes() {
        synchronized (seen) {
            return seen.toByteArray();
        }
    }

    /** Everything shown since the start. */
    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Types {@code keys}; what was shown before is not waited for any more. */
    Terminal type(String keys) {
        synchronized (seen) {
            mark = seen.size();
        }
        try {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Waits until {@code expected} has been shown since the last typing. */
    Terminal await(String expected) {
        try {
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> since().contains(expected));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("\"" + expected + "\" was not shown. Shown since: " + since(), e);
        }
        return this;
    }

    /** What has been shown since the last typing. */
    String since() {
        byte[] all = bytes();
        return new String(all, mark, all.length - mark, StandardCharsets.UTF_8);
    }

    void resize(int columns, int rows) {
        synchronized (seen) {
            screen.resize(columns, rows);
        }
        process.setWinSize(new WinSize(columns, rows));
    }

    /** Sends the client a signal, named without SIG. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills the client without a goodbye, as a crash or a lost network would. */
    void kill() {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end, and for all that was shown up to then, and gives the exit status. */
    int exit() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running. Shown since: " + since());
            }
            reader.join(LIMIT);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
}
