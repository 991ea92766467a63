package sallyport.bastion.transfer;

import java.util.List;
import java.util.Optional;

/** What becomes of a request. */
public sealed interface Verdict {

    /** It goes on to the target, once its notes are written down. */
    final class Forward implements Verdict {
        private final byte[] packet;
        private final List<Note> notes;

        Forward(byte[] packet, List<Note> notes) {
            this.packet = packet;
            this.notes = notes;
        }

        /** What goes on. */
        public byte[] packet() {
            return packet;
        }

        /** To be written down first. */
        public List<Note> notes() {
            return notes;
        }
    }

    /** The target is to be asked something first; until then the client's next requests wait, since their order counts. */
    final class Ask implements Verdict {
        private final byte[] question;

        Ask(byte[] question) {
            this.question = question;
        }

        /** A packet for the target. Its answer settles what becomes of the request ({@link Reply.Settled}). */
        public byte[] question() {
            return question;
        }
    }

    /** It does not reach the target; the client gets an answer from here. */
    final class Refused implements Verdict {
        private final byte[] answer;
        private final List<Note> notes;
        private final Optional<String> words;

        Refused(byte[] answer, List<Note> notes, Optional<String> words) {
            this.answer = answer;
            this.notes = notes;
            this.words = words;
        }

        /** A STATUS packet for the client. */
        public byte[] answer() {
            return answer;
        }

        /** To be written down first. */
        public List<Note> notes() {
            return notes;
        }

        /** For the person, whose client may not show the text of a status; empty if the client made a mistake. */
        public Optional<String> words() {
            return words;
        }
    }
}
