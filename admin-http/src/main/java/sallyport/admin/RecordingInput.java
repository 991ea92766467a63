package sallyport.admin;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.store.RecordingFile;

/** What was typed in one session, to be looked at: see {@link RecordingOperations#input}. */
public final class RecordingInput {

    /** A longer piece is cut, in characters. */
    private static final int LONGEST_PIECE = 4096;

    /** Keys that follow each other so quickly are one piece. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final SessionView session;
    private final RecordingFile file;

    RecordingInput(SessionView session, RecordingFile file) {
        this.session = session;
        this.file = file;
    }

    /** Takes pieces, in their order. */
    @FunctionalInterface
    public interface Pieces {
        void take(TypedPiece piece) throws IOException;
    }

    /** Whose it is. */
    public SessionView session() {
        return session;
    }

    /**
     * Gives all that is there, in little memory.
     *
     * @return where it stops making sense, if it does
     * @throws IOException if it cannot be read, or {@code to} takes no more
     */
    public Optional<Damage> read(Pieces to) throws IOException {
        try (RecordingReader reader = file.inputReader()) {
            Joined joined = new Joined(to);
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (next.get() instanceof Event.Input input) {
                    joined.add(input);
                }
            }
            joined.flush();
            return reader.damage();
        }
    }

    /** Single keys, put together. */
    private final class Joined {
        private final Pieces to;
        private final StringBuilder text = new StringBuilder();
        private String person = "";
        private Duration from = Duration.ZERO;
        private Duration last = Duration.ZERO;

        Joined(Pieces to) {
            this.to = to;
        }

        void add(Event.Input input) throws IOException {
            if (!input.typist().equals(person)
                    || input.hidden()
                    || input.at().minus(PAUSE).compareTo(last) > 0) {
                flush();
            }
            person = input.typist();
            if (input.hidden()) {
                to.take(piece(input.at(), true, ""));
                return;
            }
            for (int i = 0; i < input.text().length(); i++) {
                if (text.isEmpty()) {
                    from = input.at();
                }
                char c = input.text().charAt(i);
                text.append(c);
                last = input.at();
                boolean isLong = text.length() >= LONGEST_PIECE && !Character.isHighSurrogate(c);
                if (isLong || TypedPiece.endsLine(c)) {
                    flush();
                }
            }
        }

        void flush() throws IOException {
            if (!text.isEmpty()) {
                to.take(piece(from, false, text.toString()));
                text.setLength(0);
            }
        }

        private TypedPiece piece(Duration at, boolean hidden, String what) {
            return new TypedPiece(session.row().startedAt().plus(at), person, hidden, what);
        }
    }
}
