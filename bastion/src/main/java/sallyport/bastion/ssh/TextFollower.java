package sallyport.bastion.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.session.Attachment;
import sallyport.bastion.session.ClientEnd;
import sallyport.bastion.session.Newcomer;
import sallyport.policy.DetachKey;
import sallyport.policy.Person;
import sallyport.policy.session.Ending;
import sallyport.recorder.ControlFilter;

/** A viewer without a terminal: it reads a session's output as text. What it has not taken is bounded by the session. */
final class TextFollower implements ClientEnd {

    private final OutputStream text;
    private final CompletableFuture<Void> clientGone;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final ControlFilter filter = ControlFilter.plain();
    private boolean returned;

    private sealed interface Piece {}

    private static final class Output implements Piece {
        final byte[] bytes;
        final IntConsumer taken;

        Output(byte[] bytes, IntConsumer taken) {
            this.bytes = bytes;
            this.taken = taken;
        }
    }

    /** @param words why; empty if there is nobody to tell */
    private record End(String words) implements Piece {}

    TextFollower(OutputStream text, CompletableFuture<Void> clientGone) {
        this.text = text;
        this.clientGone = clientGone;
    }

    Newcomer newcomer(Person person, Connection connection, int linesBefore) {
        return new Newcomer(
                this,
                person.id(),
                person.name(),
                connection.key(),
                connection.source(),
                TerminalSize.USUAL,
                Newcomer.Display.STREAM,
                linesBefore,
                DetachKey.NONE);
    }

    /**
     * Writes what comes until the session is over or the client gone.
     *
     * @return why it is over, if there is something to say
     */
    Optional<String> follow(Attachment attachment) {
        var _ = clientGone.thenRun(() -> pieces.add(new End("")));
        try {
            while (true) {
                Piece next = pieces.take();
                if (next instanceof End(String words)) {
                    return Optional.of(words).filter(w -> !w.isEmpty());
                }
                Output output = (Output) next;
                text.write(lines(filter.filter(ByteBuffer.wrap(output.bytes))));
                text.flush();
                output.taken.accept(output.bytes.length);
            }
        } catch (IOException gone) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            attachment.leave("stopped following", false);
        }
    }

    /** A return before a line feed goes; one alone, as a progress bar writes it, begins a new line. */
    private byte[] lines(byte[] plain) {
        byte[] lines = new byte[plain.length + 1];
        int length = 0;
        for (byte one : plain) {
            if (returned) {
                returned = false;
                lines[length++] = '\n';
                if (one == '\n') {
                    continue;
                }
            }
            if (one == '\r') {
                returned = true;
            } else {
                lines[length++] = one;
            }
        }
        return Arrays.copyOf(lines, length);
    }

    @Override
    public void output(boolean stderr, byte[] bytes, IntConsumer taken) {
        pieces.add(new Output(bytes, taken));
    }

    @Override
    public void dropQueued() {
        for (Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            switch (piece) {
                case Output output -> output.taken.accept(output.bytes.length);
                case End end -> {
                    pieces.add(end);
                    return;
                }
            }
        }
    }

    @Override
    public void end(Ending ending, String words, boolean drain) {
        pieces.add(new End(words.isEmpty() ? "the session is over: " + ending.detail() + "." : words));
    }

    @Override
    public void dismiss(String words, int exitStatus) {
        pieces.add(new End(words));
    }
}
