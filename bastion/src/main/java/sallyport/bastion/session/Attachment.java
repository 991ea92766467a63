package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.backend.TerminalSize;
import sallyport.policy.session.Ending;
import sallyport.recorder.screen.ReplyFilter;

/** A client that is in a session now. Handed to the client's side as its way in; all methods may be called on any thread. */
public final class Attachment {

    private final LiveSession session;
    private final Newcomer who;
    private final boolean viewer;
    private final Instant since;
    private final LongSupplier nanos;

    /** One for all that is drawn, so that small pieces can be put together. */
    private final IntConsumer drawn = this::taken;

    private final Object typing = new Object();

    /** Empty without a terminal: then every byte is the program's. */
    @GuardedBy("typing")
    private final Optional<KeyWatch> keys;

    @GuardedBy("typing")
    private final ReplyFilter replies = new ReplyFilter();

    /** Tells what the answering terminal says by itself from what is typed at it. */
    @GuardedBy("typing")
    private final ReplyFilter answers = new ReplyFilter();

    /** Which wait for more keys is the newest; an older one has nothing to say. */
    @GuardedBy("typing")
    private long patience;

    /** Likewise for what may become a terminal's reply. */
    @GuardedBy("typing")
    private long undecided;

    /** Whether a notice of the bastion's stands over what it is shown. */
    private volatile boolean noticed;

    /** Whether nothing that it typed and that is still under way reaches the program. */
    private volatile boolean silenced;

    @GuardedBy("this")
    private TerminalSize size;

    @GuardedBy("this")
    private Optional<Instant> lastTyped = Optional.empty();

    /** Output offered and not taken yet, in bytes. */
    @GuardedBy("this")
    private long outstanding;

    /** When the client last took something, or began to owe. */
    @GuardedBy("this")
    private long lastProgress;

    /** Runs once nothing is outstanding. */
    @GuardedBy("this")
    private @Nullable Runnable whenTaken;

    Attachment(LiveSession session, Newcomer who, boolean viewer, boolean terminal, Instant since, LongSupplier nanos) {
        this.session = session;
        this.who = who;
        this.viewer = viewer;
        this.since = since;
        this.nanos = nanos;
        this.size = who.size();
        this.keys = terminal ? Optional.of(new KeyWatch(who.detachKey(), session::showsFullScreen)) : Optional.empty();
    }

    // --- from the client ---

    /**
     * What the client typed or sent.
     *
     * @param bytes taken over
     * @param taken told how many bytes are with the target, or dropped because this client may not type
     */
    public void input(byte[] bytes, IntConsumer taken) {
        List<KeyWatch.Wish> wishes = new ArrayList<>();
        synchronized (typing) {
            if (keys.isEmpty() && !viewer) {
                // No terminal: every byte is the program's, and none is looked at on its way.
                session.input(this, bytes, taken, true);
            } else if (keys.isEmpty()) {
                pass(bytes, taken, wishes);
            } else {
                KeyWatch watch = keys.get();
                int before = watch.held();
                deal(watch, before + bytes.length, watch.read(bytes), taken, wishes);
            }
        }
        wishes.forEach(wish -> session.wish(this, wish));
    }

    /** Passes on what is the program's, collects what is ours, and gives back the credit for what goes nowhere. */
    @GuardedBy("typing")
    private void deal(
            KeyWatch watch, int bytes, List<KeyWatch.Typed> all, IntConsumer taken, List<KeyWatch.Wish> wishes) {
        int swallowed = bytes - watch.held();
        for (KeyWatch.Typed typed : all) {
            switch (typed) {
                case KeyWatch.Pass pass -> {
                    swallowed -= pass.bytes.length;
                    pass(pass.bytes, taken, wishes);
                }
                case KeyWatch.Pressed(KeyWatch.Wish wish) -> wishes.add(wish);
            }
        }
        if (swallowed > 0) {
            taken.accept(swallowed);
        }
        long mine = ++patience;
        watch.patience().ifPresent(wait -> session.later(wait, () -> lapse(mine, taken)));
    }

    private void lapse(long wait, IntConsumer taken) {
        List<KeyWatch.Wish> wishes = new ArrayList<>();
        Outside outside = new Outside(taken);
        synchronized (typing) {
            if (wait == patience && keys.isPresent()) {
                KeyWatch watch = keys.get();
                int before = watch.held();
                deal(watch, before, watch.lapse(), outside, wishes);
            }
        }
        outside.leave();
        wishes.forEach(wish -> session.wish(this, wish));
    }

    /**
     * Credit that is given back behind the lock and not inside it: the client's side may take locks of its own, which the
     * thread that brings input holds when it comes here.
     */
    private static final class Outside implements IntConsumer {
        private final IntConsumer taken;

        @GuardedBy("this")
        private boolean left;

        @GuardedBy("this")
        private int owed;

        Outside(IntConsumer taken) {
            this.taken = taken;
        }

        @Override
        public void accept(int bytes) {
            synchronized (this) {
                if (!left) {
                    owed += bytes;
                    return;
                }
            }
            taken.accept(bytes);
        }

        void leave() {
            int due;
            synchronized (this) {
                left = true;
                due = owed;
                owed = 0;
            }
            if (due > 0) {
                taken.accept(due);
            }
        }
    }

    /** What a terminal says by itself is not typing, and reaches the program only from the one that answers (T22). */
    @GuardedBy("typing")
    private void pass(byte[] passing, IntConsumer taken, List<KeyWatch.Wish> wishes) {
        if (viewer) {
            if (passing.length == 1 && passing[0] == 'q') {
                wishes.add(KeyWatch.Wish.DETACH);
            }
            taken.accept(passing.length);
        } else if (session.isAnswering(this)) {
            boolean isTyping = answers.filter(passing, 0, passing.length).length > 0;
            session.input(this, passing, taken, isTyping);
        } else {
            int before = replies.held();
            byte[] typed = replies.filter(passing, 0, passing.length);
            int removed = before + passing.length - typed.length - replies.held();
            if (removed > 0) {
                taken.accept(removed);
            }
            if (typed.length > 0) {
                session.input(this, typed, taken, true);
            }
            if (replies.held() > 0) {
                long mine = ++undecided;
                session.later(KeyWatch.REST_OF_SEQUENCE, () -> decide(mine, taken));
            }
        }
    }

    /** What may have become a terminal's reply did not go on: somebody typed it. */
    private void decide(long wait, IntConsumer taken) {
        Outside outside = new Outside(taken);
        synchronized (typing) {
            if (wait == undecided && replies.held() > 0) {
                session.input(this, replies.rest(), outside, true);
            }
        }
        outside.leave();
    }

    /** The client will send no more. */
    public void inputEnded() {
        session.inputEnded(this);
    }

    /** The client's terminal has a new size. */
    public void resize(TerminalSize newSize) {
        synchronized (this) {
            if (size.equals(newSize)) {
                return;
            }
            size = newSize;
        }
        session.resized(this, newSize);
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
     * @param dropped whether its connection was lost, rather than that it left on purpose
     */
    public void leave(String cause, boolean dropped) {
        session.leave(this, cause, dropped);
    }

    // --- about it ---

    Newcomer who() {
        return who;
    }

    /** Whether nothing that it types reaches the program. */
    boolean isViewer() {
        return viewer;
    }

    /** Whether a notice stands over what it is shown: it goes away as soon as they type. */
    boolean isNoticed() {
        return noticed;
    }

    void noticed(boolean stands) {
        noticed = stands;
    }

    /** Its right to be here was taken away: what it has typed and the program has not got is dropped too (T17). */
    void silence() {
        silenced = true;
    }

    boolean isSilenced() {
        return silenced;
    }

    Instant since() {
        return since;
    }

    synchronized TerminalSize size() {
        return size;
    }

    synchronized void typed(Instant now) {
        lastTyped = Optional.of(now);
    }

    synchronized Optional<Instant> lastTyped() {
        return lastTyped;
    }

    // --- to the client ---

    /**
     * What the program wrote.
     *
     * @param taken must call {@link #taken}
     */
    void relay(boolean stderr, byte[] bytes, IntConsumer taken) {
        owe(bytes.length);
        who.client().output(stderr, bytes, taken);
    }

    /** What the bastion draws: nobody's credit. */
    void draw(byte[] bytes) {
        if (bytes.length > 0) {
            owe(bytes.length);
            who.client().output(false, bytes, drawn);
        }
    }

    /**
     * What the bastion answers in the target's place.
     *
     * @param answered told once the client has it, or never will
     */
    void answer(byte[] bytes, Runnable answered) {
        owe(bytes.length);
        who.client().output(false, bytes, length -> {
            taken(length);
            answered.run();
        });
    }

    /** One line of the bastion's, beside what the program writes, to a client that has no terminal. */
    void say(String words) {
        byte[] line = ("bastion: " + words + "\n").getBytes(StandardCharsets.UTF_8);
        owe(line.length);
        who.client().output(true, line, drawn);
    }

    void dropQueued() {
        who.client().dropQueued();
    }

    private synchronized void owe(int bytes) {
        if (outstanding == 0) {
            lastProgress = nanos.getAsLong();
        }
        outstanding += bytes;
    }

    void taken(int bytes) {
        Runnable then = null;
        synchronized (this) {
            outstanding -= bytes;
            lastProgress = nanos.getAsLong();
            if (outstanding == 0) {
                then = whenTaken;
                whenTaken = null;
            }
        }
        if (then != null) {
            then.run();
        }
    }

    /** Output that the client has not taken yet, in bytes. */
    synchronized long outstanding() {
        return outstanding;
    }

    /** Runs {@code then} as soon as the client has taken everything; at once if it has. Only the newest one is kept. */
    void whenTaken(Runnable then) {
        synchronized (this) {
            if (outstanding > 0) {
                whenTaken = then;
                return;
            }
        }
        then.run();
    }

    void end(Ending ending, String words, boolean drain) {
        who.client().end(ending, words, drain);
    }

    void dismiss(String words, int exitStatus) {
        who.client().dismiss(words, exitStatus);
    }

    /** Whether the client owes and has taken nothing for {@code limit}; one that is no terminal may take its time. */
    synchronized boolean hasStalled(Duration limit) {
        return outstanding > 0
                && who.display() != Newcomer.Display.STREAM
                && nanos.getAsLong() - lastProgress > limit.toNanos();
    }
}
