package sallyport.bastion.console;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A client: what it types, and what it was shown. */
final class FakeTerminal {

    final AtomicInteger columns = new AtomicInteger(80);
    final AtomicInteger rows = new AtomicInteger(24);
    private final Keys keys = new Keys();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final String type;

    FakeTerminal(String type) {
        this.type = type;
    }

    static FakeTerminal xterm() {
        return new FakeTerminal("xterm-256color");
    }

    /** A channel with a terminal. */
    ConsoleChannel channel() {
        return new ConsoleChannel(keys, out, err, Optional.of(new ConsoleTerminal(type, columns::get, rows::get)));
    }

    /** A channel without one. */
    ConsoleChannel plainChannel() {
        return new ConsoleChannel(keys, out, err, Optional.empty());
    }

    FakeTerminal type(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            keys.bytes.add(b & 0xff);
        }
        return this;
    }

    FakeTerminal hangUp() {
        keys.bytes.add(-1);
        return this;
    }

    /** What was typed and nobody has read. */
    String unread() {
        StringBuilder rest = new StringBuilder();
        keys.bytes.forEach(b -> rest.append((char) b.intValue()));
        return rest.toString();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** The menu's screen as it was drawn last, without control sequences. */
    String screen() {
        String all = out();
        int from = all.lastIndexOf("\033[0m\033[H");
        return from < 0
                ? ""
                : all.substring(from).replaceAll("\033\\[[0-9;?]*[A-Za-z]", "").replace("\r\n", "\n");
    }

    private static final class Keys extends InputStream {

        final LinkedBlockingQueue<Integer> bytes = new LinkedBlockingQueue<>();

        @Override
        public int read() {
            try {
                return bytes.take();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }

        @Override
        public int read(byte[] into, int from, int length) {
            throw new AssertionError("the console must not read ahead");
        }

        @Override
        public int available() {
            return bytes.size();
        }
    }
}
