package sallyport.bastion.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.transfer.Dialogue;
import sallyport.bastion.transfer.Heard;
import sallyport.bastion.transfer.Note;
import sallyport.policy.FileRights;
import sallyport.recorder.index.FileLines;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;

/**
 * The walk of the bytes of a command that copies files. They pass as they are. As long as they follow the command's protocol the recording
 * says, a line each, what is done with files; what is in the files is left out. With the first byte that does not follow it,
 * everything is recorded as with any command, from either side, and the recording says where that begins and whose byte it was; what the
 * client sends is, if the rule has it so, recorded from there on too. Of a command whose protocol is not read all of it
 * is recorded, and the lines are markers.
 */
final class CommandRelay implements TransferRelay {

    private static final byte[] NOTHING = {};

    private final Dialogue dialogue;
    private final Recording recording;
    private final ProgramOutput output;
    private final SessionNotes notes;
    /** Used from where what passes is no transfer; empty if what is sent is not recorded. */
    private final Optional<InputRecorder> input;

    private final Optional<String> wordsOnBreaking;
    private final Function<Attachment, @Nullable Backend> stillFor;
    private final Runnable withdrawn;
    private boolean begun;

    /** What passes is not the protocol any more. */
    private boolean broken;

    private boolean told;

    /**
     * @param input records what is sent where what passes is no transfer; empty: it is not recorded
     * @param wordsOnBreaking what the client is told then
     * @param stillFor where goes what somebody sent; nowhere if they may be here no longer
     * @param withdrawn what happens if the rules allow the command no longer
     */
    CommandRelay(
            Dialogue dialogue,
            Recording recording,
            ProgramOutput output,
            SessionNotes notes,
            Optional<InputRecorder> input,
            Optional<String> wordsOnBreaking,
            Function<Attachment, @Nullable Backend> stillFor,
            Runnable withdrawn) {
        this.dialogue = dialogue;
        this.recording = recording;
        this.output = output;
        this.notes = notes;
        this.input = input;
        this.wordsOnBreaking = wordsOnBreaking;
        this.stillFor = stillFor;
        this.withdrawn = withdrawn;
    }

    @Override
    public void allow(FileRights now) {
        if (!dialogue.isAllowed(now)) {
            withdrawn.run();
        }
    }

    @Override
    public void fromClient(Attachment client, byte[] bytes, IntConsumer taken) throws RecordingFailed {
        Backend target = stillFor.apply(client);
        byte[] unknown = broken ? bytes : write(dialogue.fromClient(bytes), "the client");
        if (broken) {
            tell(client);
        }
        if (target != null && unknown != null && unknown.length > 0 && input.isPresent()) {
            input.get().typed(client.who().name().value(), unknown, true);
        }
        if (target == null) {
            taken.accept(bytes.length);
        } else {
            target.input(bytes, taken);
        }
    }

    @Override
    public void behind(Runnable action) {
        action.run();
    }

    @Override
    public byte[] fromTarget(byte[] bytes, IntConsumer kept) throws RecordingFailed {
        byte[] unknown = broken ? bytes : write(dialogue.fromTarget(bytes), "the target");
        if (!dialogue.leavesOut()) {
            unknown = bytes;
        }
        output.stdout(bytes, unknown == null ? NOTHING : unknown);
        return bytes;
    }

    /** Before anything of what they send is recorded. */
    private void tell(Attachment client) {
        if (!told) {
            told = true;
            wordsOnBreaking.ifPresent(client::say);
        }
    }

    /** What is to be recorded as it is, if there is any. */
    private byte @Nullable [] write(Heard heard, String whose) throws RecordingFailed {
        write(heard.notes());
        byte[] rest = heard.rest();
        if (rest != null) {
            broken = true;
            recording.marker(FileLines.END + ": what " + whose + " sends does not follow the protocol");
        }
        return rest;
    }

    @Override
    public void end() throws RecordingFailed {
        if (!broken) {
            write(dialogue.end());
        }
    }

    private void write(List<Note> all) throws RecordingFailed {
        if (!begun && dialogue.leavesOut()) {
            begun = true;
            recording.marker(FileLines.BEGIN);
        }
        notes.write(all, this::line);
    }

    private void line(String words) throws RecordingFailed {
        if (dialogue.leavesOut()) {
            recording.output(ByteBuffer.wrap((words + "\n").getBytes(StandardCharsets.UTF_8)));
        } else {
            // Between what passes it would be taken for a part of it.
            recording.marker(FileLines.LINE + words);
        }
    }
}
