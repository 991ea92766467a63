package sallyport.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** An ssh with a raw terminal on the target, in which {@code cat} answers every byte. */
final class Terminal implements AutoCloseable {

    private static final String READY = "ready.";
    private static final String COMMAND = "stty raw -echo; printf " + READY + "; exec cat";

    private final Route route;
    private final Process ssh;
    private final OutputStream keyboard;
    private final InputStream screen;
    private int pressed;

    private Terminal(Route route, Process ssh) {
        this.route = route;
        this.ssh = ssh;
        this.keyboard = ssh.getOutputStream();
        this.screen = ssh.getInputStream();
    }

    /** Returns when the terminal is raw and {@code cat} is about to run. */
    static Terminal open(Stage stage, Route route) throws IOException {
        Terminal terminal = new Terminal(route, stage.terminal(route, COMMAND).start());
        StringBuilder seen = new StringBuilder();
        while (!seen.toString().endsWith(READY)) {
            byte[] one = terminal.screen.readNBytes(1);
            if (one.length == 0) {
                terminal.close();
                throw new IOException(route.name() + ": no session; the screen shows: " + seen);
            }
            seen.append(new String(one, StandardCharsets.ISO_8859_1));
        }
        return terminal;
    }

    /** The client that runs it. */
    Process process() {
        return ssh;
    }

    /** Presses one key and waits until it is shown. */
    double echoMillis() throws IOException {
        // Each press is another letter and nothing may be waiting, or a late echo would pass for a fast one.
        int letter = 'a' + pressed++ % 26;
        if (screen.available() != 0) {
            throw new IOException(route.name() + ": there is more on the screen than was typed");
        }
        long began = System.nanoTime();
        keyboard.write(letter);
        keyboard.flush();
        int shown = screen.read();
        long ended = System.nanoTime();
        if (shown != letter) {
            throw new IOException("%s: typed %c, the screen shows %c".formatted(route.name(), letter, shown));
        }
        return (ended - began) / 1e6;
    }

    @Override
    public void close() {
        ssh.destroy();
        Program.join(ssh);
    }
}
