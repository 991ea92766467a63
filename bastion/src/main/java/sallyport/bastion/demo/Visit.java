package sallyport.bastion.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shell, exec or subsystem on a target, from the start of its program to its exit status.
 *
 * <p>Three threads carry bytes with one fixed buffer each and block where the other side does not take more: the channel's
 * window is the only queue. The library calls {@link #start} and {@link #destroy} on its own I/O threads, so these hand over.
 */
final class Visit implements Command {

    /** What runs here, made when the channel's requests (terminal, environment) are known. */
    @FunctionalInterface
    interface Opening {
        Program open(Environment environment) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Visit.class);

    private static final int BUFFER_BYTES = 32 * 1024;

    /** OpenSSH's status for a command that cannot be run. */
    private static final int CANNOT_RUN = 126;

    /**
     * How long the terminal of an ended program may be silent before it is closed. A background job that holds the
     * terminal open would keep the channel otherwise.
     */
    private static final long QUIET_MILLIS = 200;

    private final Opening opening;
    private final ExecutorService threads;
    private final Consumer<Program> left;

    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable OutputStream err;
    private @Nullable ExitCallback exit;
    private volatile @Nullable Program program;
    private volatile boolean destroyed;

    /**
     * @param threads gives one thread per task; outlives this visit
     * @param left told of each program that is over, to look after what it left behind
     */
    Visit(Opening opening, ExecutorService threads, Consumer<Program> left) {
        this.opening = opening;
        this.threads = threads;
        this.left = left;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        threads.execute(() -> run((TargetChannel) channel, environment));
    }

    /** The channel is closing, perhaps since its connection broke: hang up, as a modem would. */
    @Override
    public void destroy(ChannelSession channel) {
        destroyed = true;
        Program running = program;
        if (running != null) {
            running.signal(Posix.SIGHUP);
        }
    }

    private void run(TargetChannel channel, Environment environment) {
        ExitCallback callback = present(exit);
        Program running;
        try {
            running = opening.open(environment);
        } catch (IOException | RuntimeException failed) {
            LOG.warn("a program could not be started: {}", failed.getMessage());
            say(failed.getMessage());
            callback.onExit(CANNOT_RUN);
            return;
        }
        try {
            program = running;
            if (destroyed) {
                running.signal(Posix.SIGHUP);
            }
            environment.addSignalListener((where, signal) -> passOn(running, environment, signal));
            resize(running, environment);
            Program.Ending ending = converse(running);
            program = null;
            if (ending instanceof Program.Ending.Killed killed) {
                channel.endsBy(killed);
            }
            callback.onExit(ending instanceof Program.Ending.Exited(int status) ? status : 0);
        } catch (IOException | InterruptedException | ExecutionException failed) {
            LOG.warn("a program was lost: {}", failed.getMessage());
            channel.close(true);
        } finally {
            program = null;
            left.accept(running);
            running.release();
        }
    }

    private Program.Ending converse(Program running) throws IOException, InterruptedException, ExecutionException {
        Pump output = new Pump(running.output(), present(out));
        Future<?> outputDone = threads.submit(output);
        Optional<Future<?>> errorsDone = running.errors().map(errors -> threads.submit(new Pump(errors, present(err))));
        threads.execute(() -> feed(running));

        Program.Ending ending = running.waitFor();
        if (errorsDone.isPresent()) {
            // As sshd does: a pipe that something in the background still holds keeps the channel open.
            outputDone.get();
            errorsDone.get().get();
        } else {
            awaitEndOrQuiet(output, outputDone);
        }
        return ending;
    }

    private static void awaitEndOrQuiet(Pump pump, Future<?> done) throws InterruptedException, ExecutionException {
        while (true) {
            long before = pump.progress();
            try {
                done.get(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (pump.isReading() && pump.progress() == before) {
                    return;
                }
            }
        }
    }

    /** Carries the client's bytes to the program; end of input closes a pipe, and means nothing to a terminal. */
    private void feed(Program running) {
        try {
            new Pump(present(in), running.input()).copy();
        } catch (IOException gone) {
            LOG.debug("a program takes no more input: {}", gone.getMessage());
        } finally {
            if (running instanceof PlainProgram) {
                try {
                    running.input().close();
                } catch (IOException alreadyGone) {
                    LOG.debug("input was closed already: {}", alreadyGone.getMessage());
                }
            }
        }
    }

    private static void passOn(Program running, Environment environment, Signal signal) {
        if (signal == Signal.WINCH) {
            resize(running, environment);
        } else {
            running.signal(signal.getNumeric());
        }
    }

    private static void resize(Program running, Environment environment) {
        running.resize(
                Sizes.of(environment, Environment.ENV_COLUMNS, Sizes.COLUMNS),
                Sizes.of(environment, Environment.ENV_LINES, Sizes.ROWS));
    }

    private void say(@Nullable String words) {
        try {
            OutputStream to = present(err);
            to.write(("target: " + words + "\r\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            to.flush();
        } catch (IOException gone) {
            LOG.debug("nobody is there to be told: {}", gone.getMessage());
        }
    }

    private static <T> T present(@Nullable T given) {
        if (given == null) {
            throw new IllegalStateException("the channel was started before it had its streams");
        }
        return given;
    }

    /** Copies until the end, flushing each piece: people watch. */
    private static final class Pump implements java.util.concurrent.Callable<Boolean> {

        private final InputStream from;
        private final OutputStream to;
        private volatile long progress;
        private volatile boolean reading;

        Pump(InputStream from, OutputStream to) {
            this.from = from;
            this.to = to;
        }

        long progress() {
            return progress;
        }

        boolean isReading() {
            return reading;
        }

        @Override
        public Boolean call() throws IOException {
            copy();
            return true;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others look
        void copy() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (true) {
                reading = true;
                int count = from.read(buffer);
                reading = false;
                if (count < 0) {
                    return;
                }
                to.write(buffer, 0, count);
                to.flush();
                progress++;
            }
        }
    }
}
