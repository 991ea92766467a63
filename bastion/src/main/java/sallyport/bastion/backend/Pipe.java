package sallyport.bastion.backend;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Two ends, joined: what comes from one goes to the other, byte for byte, and is counted. Each way ends by itself; when one end
 * closes, the other does behind what was under way to it. An end is given credit when the other has taken its bytes.
 */
public final class Pipe {

    private enum State {
        OPENING,
        JOINED,
        OVER,
        NEVER_JOINED
    }

    private final String type;
    private final StreamEnd opener;
    private final StreamEnd far;
    private final Consumer<Pipe> over;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);

    /** One object each, so that small pieces can be put together. */
    private final IntConsumer openerTaken;

    private final IntConsumer farTaken;

    /**
     * Not joined yet.
     *
     * @param type of the channel that it passes through
     * @param opener the side that asked for it
     * @param over told once when it is over, if it was joined; on any thread, must not block
     */
    Pipe(String type, StreamEnd opener, StreamEnd far, Consumer<Pipe> over) {
        this.type = type;
        this.opener = opener;
        this.far = far;
        this.over = over;
        this.openerTaken = far::release;
        this.farTaken = opener::release;
    }

    String type() {
        return type;
    }

    /** What the far end brings. */
    Intake fromFar() {
        return new From(received, opener, openerTaken);
    }

    /** Joins the ends: from here on what the opener brings goes to the far end. False if it is over already. */
    boolean join() {
        if (!state.compareAndSet(State.OPENING, State.JOINED)) {
            return false;
        }
        opener.tell(new From(sent, far, farTaken));
        return true;
    }

    /** Bytes that passed from the side that asked for it. */
    public long sent() {
        return sent.get();
    }

    /** Bytes that passed to the side that asked for it. */
    public long received() {
        return received.get();
    }

    /**
     * Ends it now, both ways; nothing passes any more. Returns once {@code over} was told. If it was not joined, the opener is left
     * to whoever refuses it.
     */
    public void cut() {
        over();
        if (state.get() != State.NEVER_JOINED) {
            opener.cut();
        }
        far.cut();
    }

    /** Whether it was over before its ends were joined. */
    boolean isNeverJoined() {
        return state.get() == State.NEVER_JOINED;
    }

    private void over() {
        State before =
                state.getAndUpdate(now -> now == State.JOINED || now == State.OVER ? State.OVER : State.NEVER_JOINED);
        if (before == State.JOINED) {
            over.accept(this);
        }
    }

    /** What one end brings. */
    private final class From implements Intake {
        private final AtomicLong count;
        private final StreamEnd to;
        private final IntConsumer taken;

        From(AtomicLong count, StreamEnd to, IntConsumer taken) {
            this.count = count;
            this.to = to;
            this.taken = taken;
        }

        @Override
        public void receive(byte[] bytes) {
            if (state.get() == State.JOINED) {
                count.addAndGet(bytes.length);
                to.send(bytes, taken);
            }
        }

        @Override
        public void end() {
            to.sendEnd();
        }

        @Override
        public void windowExpanded() {
            // The end itself looks after that.
        }

        @Override
        public void lost() {
            over();
            if (state.get() != State.NEVER_JOINED) {
                to.finish();
            }
        }
    }
}
