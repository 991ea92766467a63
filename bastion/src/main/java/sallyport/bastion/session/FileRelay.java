package sallyport.bastion.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.transfer.Conversation;
import sallyport.bastion.transfer.NotSftp;
import sallyport.bastion.transfer.Note;
import sallyport.bastion.transfer.Packets;
import sallyport.bastion.transfer.Reply;
import sallyport.bastion.transfer.Verdict;
import sallyport.policy.FileRights;
import sallyport.recorder.index.FileLines;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;

/**
 * The walk of an sftp session's bytes, packet by packet: decided and written down, then relayed. In the recording stands what is
 * done with files, a line each; what is in them is not. While the target is asked about one request, or has as many to answer as are
 * kept in mind, those behind wait here, and the client's credit with them, which bounds how many. Belongs to the pump's thread.
 */
final class FileRelay implements TransferRelay {

    /** Most refusals that a client may let wait; one that asks on and reads none of them is no client. */
    private static final int MOST_REFUSALS = 1024;

    private final Conversation conversation;
    private final Recording recording;
    private final SessionNotes notes;
    private final Function<Attachment, @Nullable Backend> stillFor;
    private final Packets requests = new Packets("the client");
    private final Packets answers = new Packets("the target");

    /** What the client did and has not had its turn, in its order. */
    private final Deque<Sent> waiting = new ArrayDeque<>();

    /** The request that the target is asked about. */
    private @Nullable Request asking;

    /** Whoever sends: an sftp session has one client. */
    private @Nullable Attachment client;

    private final AtomicInteger refusalsUnderWay = new AtomicInteger();
    private boolean refusalTold;

    /** Something that the client did. */
    private sealed interface Sent {}

    private static final class Request implements Sent {
        final Attachment client;
        final byte[] packet;

        /** Told how many bytes are with the target, or were answered here and the client has the answer. */
        final IntConsumer taken;

        Request(Attachment client, byte[] packet, IntConsumer taken) {
            this.client = client;
            this.packet = packet;
            this.taken = taken;
        }
    }

    private record Behind(Runnable action) implements Sent {}

    /** @param stillFor where goes what somebody sent; nowhere if they may be here no longer */
    FileRelay(
            Conversation conversation,
            Recording recording,
            SessionNotes notes,
            Function<Attachment, @Nullable Backend> stillFor) {
        this.conversation = conversation;
        this.recording = recording;
        this.notes = notes;
        this.stillFor = stillFor;
    }

    @Override
    public void allow(FileRights now) {
        conversation.allow(now);
    }

    @Override
    public void fromClient(Attachment client, byte[] bytes, IntConsumer taken) throws RecordingFailed, NotSftp {
        if (this.client == null) {
            recording.marker(FileLines.BEGIN);
        }
        this.client = client;
        requests.take(bytes).forEach(packet -> waiting.add(new Request(client, packet, taken)));
        proceed();
    }

    @Override
    public void behind(Runnable action) {
        if (asking == null && waiting.isEmpty()) {
            action.run();
        } else {
            waiting.add(new Behind(action));
        }
    }

    private void proceed() throws RecordingFailed, NotSftp {
        while (asking == null && !waiting.isEmpty() && !conversation.isFull()) {
            switch (waiting.remove()) {
                case Behind(Runnable action) -> action.run();
                case Request request -> settle(request, conversation.request(request.packet));
            }
        }
    }

    private void settle(Request request, Verdict verdict) throws RecordingFailed, NotSftp {
        asking = null;
        switch (verdict) {
            case Verdict.Forward forward -> {
                write(forward.notes());
                send(request.client, forward.packet(), request.taken);
            }
            case Verdict.Ask ask -> {
                asking = request;
                send(request.client, ask.question(), _ -> {});
            }
            case Verdict.Refused refused -> {
                write(refused.notes());
                refuse(refused, () -> request.taken.accept(request.packet.length));
            }
        }
    }

    private void send(Attachment client, byte[] packet, IntConsumer taken) {
        Backend target = stillFor.apply(client);
        if (target == null) {
            taken.accept(packet.length);
        } else {
            target.input(packet, taken);
        }
    }

    private void refuse(Verdict.Refused refused, Runnable taken) throws NotSftp {
        Attachment asker = client;
        if (asker == null) {
            return;
        }
        if (refusalsUnderWay.incrementAndGet() > MOST_REFUSALS) {
            throw new NotSftp("the client asks on and takes no answers");
        }
        if (!refusalTold && refused.words().isPresent()) {
            refusalTold = true;
            asker.say(refused.words().get());
        }
        asker.answer(refused.answer(), () -> {
            refusalsUnderWay.decrementAndGet();
            taken.run();
        });
    }

    @Override
    public byte[] fromTarget(byte[] bytes, IntConsumer kept) throws RecordingFailed, NotSftp {
        List<byte[]> packets = answers.take(bytes);
        List<byte[]> passing = new ArrayList<>();
        for (byte[] packet : packets) {
            switch (conversation.answer(packet)) {
                case Reply.Pass(var said) -> {
                    write(said);
                    passing.add(packet);
                }
                case Reply.Instead(Verdict.Refused refused) -> {
                    kept.accept(packet.length);
                    write(refused.notes());
                    refuse(refused, () -> {});
                }
                case Reply.Settled(Verdict verdict) -> {
                    kept.accept(packet.length);
                    Request request = asking;
                    if (request != null) {
                        settle(request, verdict);
                    }
                }
            }
        }
        proceed();
        return passing.size() == 1 ? passing.getFirst() : joined(passing);
    }

    private static byte[] joined(List<byte[]> packets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        packets.forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Override
    public void end() throws RecordingFailed {
        write(conversation.end());
    }

    private void write(List<Note> all) throws RecordingFailed {
        notes.write(all, line -> recording.output(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8))));
    }
}
