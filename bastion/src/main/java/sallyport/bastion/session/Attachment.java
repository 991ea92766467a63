package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import sallyport.bastion.backend.TerminalSize;
import sallyport.policy.session.Ending;

/** A client that is in a session now. Handed to the client's side as its way in; all methods may be called on any thread. */
public final class Attachment {

    private final LiveSession session;
    private final ClientEnd client;
    private final LongSupplier nanos;

    /** One for all output, so that small pieces can be put together. */
    private final IntConsumer taken = this::taken;

    /** Output offered and not taken yet, in bytes. */
    @GuardedBy("this")
    private long outstanding;

    /** When the client last took something, or began to owe. */
    @GuardedBy("this")
    private long lastProgress;

    Attachment(LiveSession session, ClientEnd client, LongSupplier nanos) {
        this.session = session;
        this.client = client;
        this.nanos = nanos;
    }

    /**
     * What the client typed or sent.
     *
     * @param bytes taken over
     * @param taken told how many bytes are with the target, or dropped because this client may not type any more
     */
    public void input(byte[] bytes, IntConsumer taken) {
        session.input(this, bytes, taken);
    }

    /** The client will send no more. */
    public void inputEnded() {
        session.inputEnded(this);
    }

    /** The client's terminal has a new size. */
    public void resize(TerminalSize size) {
        session.resize(this, size);
    }

    /** The client asks for a signal, named without SIG. */
    public void signal(String name) {
        session.signal(this, name);
    }

    /** The client asks for a break. */
    public void sendBreak(long milliseconds) {
        session.sendBreak(this, milliseconds);
    }

    /**
     * The client has left or is gone.
     *
     * @param cause for the audit trail, as {@code connection lost}
     */
    public void leave(String cause) {
        session.leave(this, cause);
    }

    void output(boolean stderr, byte[] bytes) {
        synchronized (this) {
            if (outstanding == 0) {
                lastProgress = nanos.getAsLong();
            }
            outstanding += bytes.length;
        }
        client.output(stderr, bytes, taken);
    }

    private void taken(int bytes) {
        synchronized (this) {
            outstanding -= bytes;
            lastProgress = nanos.getAsLong();
        }
        session.taken(bytes);
    }

    void end(Ending ending, String words, boolean drain) {
        client.end(ending, words, drain);
    }

    void dismiss(String words) {
        client.dismiss(words);
    }

    /** Whether the client owes and has taken nothing for {@code limitNanos}. */
    synchronized boolean hasStalled(long limitNanos) {
        return outstanding > 0 && nanos.getAsLong() - lastProgress > limitNanos;
    }
}
