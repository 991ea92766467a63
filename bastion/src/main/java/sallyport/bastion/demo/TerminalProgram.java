package sallyport.bastion.demo;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.WinSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.util.io.IoUtils;

/** A program on a pseudo terminal of its own. */
final class TerminalProgram implements Program {

    private final Posix posix;
    private final PtyProcess process;

    private TerminalProgram(Posix posix, PtyProcess process) {
        this.posix = posix;
        this.process = process;
    }

    static TerminalProgram start(
            Posix posix, List<String> command, Map<String, String> environment, String folder, int columns, int rows)
            throws IOException {
        // pty4j sets the size once the program runs already, and a program that asks at once would see none.
        List<String> sized = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "stty rows \"$1\" cols \"$2\"; shift 2; exec \"$@\"",
                "sh",
                String.valueOf(rows),
                String.valueOf(columns)));
        sized.addAll(command);
        return new TerminalProgram(
                posix,
                new PtyProcessBuilder(sized.toArray(String[]::new))
                        .setEnvironment(environment)
                        .setDirectory(folder)
                        .start());
    }

    @Override
    public OutputStream input() {
        return process.getOutputStream();
    }

    @Override
    public InputStream output() {
        return process.getInputStream();
    }

    @Override
    public Optional<InputStream> errors() {
        return Optional.empty();
    }

    @Override
    public void resize(int columns, int rows) {
        if (process.isAlive()) {
            process.setWinSize(new WinSize(columns, rows));
        }
    }

    @Override
    public void signal(int number) {
        posix.killGroup(pid(), number);
    }

    /**
     * {@inheritDoc}
     *
     * <p>pty4j tells a death by signal 9 and {@code exit 137} with one number. A shell says 130 after an interrupted
     * command, so the number is taken for a status always.
     */
    @Override
    public Ending waitFor() throws InterruptedException {
        return new Ending.Exited(process.waitFor() & 0xff);
    }

    @Override
    public int pid() {
        return Math.toIntExact(process.pid());
    }

    @Override
    public void release() {
        // The last descriptor of the terminal's other end: the kernel hangs up on whoever is left.
        IoUtils.closeQuietly(process.getInputStream(), process.getOutputStream());
    }
}
