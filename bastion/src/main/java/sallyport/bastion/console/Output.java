package sallyport.bastion.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import sallyport.admin.Inert;

/**
 * Where a command prints: data to one stream, everything else to the other, with the line ends that the client needs. Used by
 * one thread. Every method throws {@link IOException} if the client takes no more, and {@link #isBroken} is true from then on.
 */
final class Output {

    private static final String PREFIX = "bastion: ";

    private final ConsoleChannel channel;
    private final String lineEnd;
    private boolean broken;

    Output(ConsoleChannel channel) {
        this.channel = channel;
        this.lineEnd = channel.terminal().isPresent() ? "\r\n" : "\n";
    }

    /** The width to fit tables into; empty without a terminal: then nothing is cut. */
    Optional<Integer> columns() {
        return channel.terminal().map(ConsoleTerminal::width);
    }

    /** Whether a person sits at a terminal and can be asked. */
    boolean canAsk() {
        return channel.terminal().isPresent();
    }

    /** Prints lines of data, each without its end. The lines must be inert already. */
    void data(Iterable<String> lines) throws IOException {
        write(channel.out(), lines);
    }

    /** Prints one line of data, which must be inert already. */
    void data(String line) throws IOException {
        data(List.of(line));
    }

    /** Says something beside the data, in one line; made inert here. */
    void say(String words) throws IOException {
        write(channel.err(), List.of(PREFIX + Inert.of(words)));
    }

    /**
     * The stream of data itself, for what is long and already in its form. Closing it does nothing. With a terminal, line
     * ends become those of the terminal.
     */
    OutputStream stream() {
        return new DataStream();
    }

    /** Whether the client has stopped taking what is printed. */
    boolean isBroken() {
        return broken;
    }

    private void write(OutputStream stream, Iterable<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append(lineEnd);
        }
        write(stream, text.toString().getBytes(StandardCharsets.UTF_8), 0, -1);
    }

    private void write(OutputStream stream, byte[] bytes, int from, int length) throws IOException {
        try {
            stream.write(bytes, from, length < 0 ? bytes.length : length);
            stream.flush();
        } catch (IOException gone) {
            broken = true;
            throw gone;
        }
    }

    private final class DataStream extends OutputStream {

        private byte last;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (channel.terminal().isEmpty()) {
                Output.this.write(channel.out(), bytes, from, length);
                return;
            }
            ByteArrayOutputStream translated = new ByteArrayOutputStream(length + 16);
            for (int i = from; i < from + length; i++) {
                if (bytes[i] == '\n' && last != '\r') {
                    translated.write('\r');
                }
                translated.write(bytes[i]);
                last = bytes[i];
            }
            Output.this.write(channel.out(), translated.toByteArray(), 0, translated.size());
        }
    }
}
