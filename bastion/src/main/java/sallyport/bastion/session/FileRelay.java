package sallyport.bastion.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.transfer.Conversation;
import sallyport.bastion.transfer.NotSftp;
import sallyport.bastion.transfer.Note;
import sallyport.bastion.transfer.Packets;
import sallyport.bastion.transfer.Verdict;
import sallyport.policy.FileAccess;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;

/**
 * The walk of an sftp session's bytes, packet by packet: decided and written down, then relayed. In the recording stands what is
 * done with files, a line each; what is in them is not. Belongs to the pump's thread.
 */
final class FileRelay {

    /** Most refusals that a client may let wait; one that asks on and reads none of them is no client. */
    private static final int MOST_REFUSALS = 1024;

    private final Conversation conversation;
    private final Recording recording;
    private final SessionNotes notes;
    private final Packets requests = new Packets("the client");
    private final Packets answers = new Packets("the target");
    private final AtomicInteger refusalsUnderWay = new AtomicInteger();
    private boolean refusalTold;

    FileRelay(Conversation conversation, Recording recording, SessionNotes notes) {
        this.conversation = conversation;
        this.recording = recording;
        this.notes = notes;
    }

    /** The rules were changed: from here on this is allowed. */
    void allow(Set<FileAccess> now) {
        conversation.allow(now);
    }

    /**
     * The client sent this.
     *
     * @param taken told how many bytes are with the target, or were answered here and the client has the answer
     */
    void fromClient(Attachment client, byte[] bytes, Backend target, IntConsumer taken)
            throws RecordingFailed, NotSftp {
        for (byte[] packet : requests.take(bytes)) {
            switch (conversation.request(packet)) {
                case Verdict.Forward forward -> {
                    write(forward.notes());
                    target.input(forward.packet(), taken);
                }
                case Verdict.Refused refused -> {
                    write(refused.notes());
                    refuse(client, refused, () -> taken.accept(packet.length));
                }
            }
        }
    }

    private void refuse(Attachment client, Verdict.Refused refused, Runnable taken) throws NotSftp {
        if (refusalsUnderWay.incrementAndGet() > MOST_REFUSALS) {
            throw new NotSftp("the client asks on and takes no answers");
        }
        if (!refusalTold && refused.words().isPresent()) {
            refusalTold = true;
            client.say(refused.words().get());
        }
        client.answer(refused.answer(), () -> {
            refusalsUnderWay.decrementAndGet();
            taken.run();
        });
    }

    /** The target sent this; what may go to the client now: whole packets. */
    byte[] fromTarget(byte[] bytes) throws RecordingFailed, NotSftp {
        List<byte[]> packets = answers.take(bytes);
        for (byte[] packet : packets) {
            write(conversation.answer(packet));
        }
        if (packets.size() == 1) {
            return packets.getFirst();
        }
        ByteArrayOutputStream passing = new ByteArrayOutputStream(bytes.length);
        packets.forEach(passing::writeBytes);
        return passing.toByteArray();
    }

    /** Nothing more passes. */
    void end() throws RecordingFailed {
        write(conversation.end());
    }

    private void write(List<Note> all) throws RecordingFailed {
        for (Note note : all) {
            if (note.line().isPresent()) {
                recording.output(ByteBuffer.wrap((note.line().get() + "\n").getBytes(StandardCharsets.UTF_8)));
            }
            note.event().ifPresent(notes::happened);
        }
    }
}
