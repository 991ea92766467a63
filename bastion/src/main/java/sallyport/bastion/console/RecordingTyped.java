package sallyport.bastion.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.admin.Inert;
import sallyport.admin.RecordingInput;
import sallyport.admin.RecordingOperations;
import sallyport.admin.Times;
import sallyport.admin.TypedPiece;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;

/** {@code recording input}. */
final class RecordingTyped {

    private final RecordingOperations recordings;

    RecordingTyped(RecordingOperations recordings) {
        this.recordings = recordings;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("recording input", "what was typed in a session, where that is recorded", this::input)
                .withPositional("ID", "its session's id, the beginning of its code, or its name")
                .withFlag("--json", "one JSON object a line"));
    }

    private Exit input(Call call, Given given) throws IOException {
        return call.answer(recordings.input(call.caller(), given.positional()), input -> {
            Lines lines = new Lines(call.output());
            Optional<Damage> damage = given.has("--json")
                    ? input.read(piece -> call.output().data(JsonText.of(fields(piece))))
                    : input.read(lines);
            lines.flush();
            return damage.isEmpty() ? Exit.OK : damaged(call, input, damage.get());
        });
    }

    private static Exit damaged(Call call, RecordingInput input, Damage damage) throws IOException {
        return call.fail(
                Exit.FAILED,
                "what was typed in " + input.session().code() + " is damaged from byte " + damage.position() + " on ("
                        + damage.words() + "); all before that is above");
    }

    private static SequencedMap<String, Object> fields(TypedPiece piece) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", piece.at());
        fields.put("person", piece.person());
        fields.put("hidden", piece.hidden());
        fields.put("text", Optional.of(piece.text()).filter(_ -> !piece.hidden()));
        return fields;
    }

    /** Puts the pieces of one line together again, for people. */
    private static final class Lines implements RecordingInput.Pieces {

        /** A longer line is printed in two, in characters. */
        private static final int LONGEST = 8192;

        private final Output output;
        private final StringBuilder line = new StringBuilder();
        private String person = "";

        Lines(Output output) {
            this.output = output;
        }

        @Override
        public void take(TypedPiece piece) throws IOException {
            if (!piece.person().equals(person) || line.length() > LONGEST) {
                flush();
            }
            person = piece.person();
            if (line.isEmpty()) {
                line.append(Times.utc(piece.at()))
                        .append("  ")
                        .append(Inert.of(person))
                        .append("  ");
            }
            line.append(piece.hidden() ? Event.Input.HIDDEN : Inert.of(piece.text()));
            if (piece.endsLine()) {
                flush();
            }
        }

        void flush() throws IOException {
            if (!line.isEmpty()) {
                output.data(line.toString());
                line.setLength(0);
            }
        }
    }
}
