package sallyport.bastion.demo;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.util.io.IoUtils;

/** A program on three pipes, as {@code ssh host command} runs it. */
final class PlainProgram implements Program {

    private final Posix posix;
    private final Posix.Started started;
    private final FileOutputStream input;
    private final FileInputStream output;
    private final FileInputStream errors;

    private PlainProgram(Posix posix, Posix.Started started) {
        this.posix = posix;
        this.started = started;
        this.input = started.in();
        this.output = started.out();
        this.errors = started.err();
    }

    /** Starts {@code command}; argument 0 is the program's own name. See {@link Posix#spawn}. */
    static PlainProgram start(
            Posix posix, String program, List<String> command, List<String> environment, String folder)
            throws IOException {
        return new PlainProgram(posix, posix.spawn(program, command, environment, folder));
    }

    @Override
    public OutputStream input() {
        return input;
    }

    @Override
    public InputStream output() {
        return output;
    }

    @Override
    public Optional<InputStream> errors() {
        return Optional.of(errors);
    }

    @Override
    public void resize(int columns, int rows) {
        // A pipe has no size.
    }

    @Override
    public void signal(int number) {
        posix.killGroup(started.pid(), number);
    }

    @Override
    public Ending waitFor() throws IOException {
        return ending(posix.waitFor(started.pid()));
    }

    @Override
    public int pid() {
        return started.pid();
    }

    @Override
    public void release() {
        IoUtils.closeQuietly(input, output, errors);
    }

    /** Reads a status of {@code waitpid(2)}. */
    static Ending ending(int status) {
        int signal = status & 0x7f;
        return signal == 0
                ? new Ending.Exited((status >> 8) & 0xff)
                : new Ending.Killed(SignalNames.of(signal), (status & 0x80) != 0);
    }
}
