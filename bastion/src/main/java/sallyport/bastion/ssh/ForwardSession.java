package sallyport.bastion.ssh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.sshd.common.session.Session;
import sallyport.admin.Inert;
import sallyport.bastion.backend.AcceptedStream;
import sallyport.bastion.backend.AgentWatch;
import sallyport.bastion.backend.ForwardBackend;
import sallyport.bastion.backend.OpenAnswer;
import sallyport.bastion.backend.OpenedStream.Originator;
import sallyport.bastion.backend.Pipe;
import sallyport.bastion.session.Attachment;
import sallyport.bastion.session.LiveSession;
import sallyport.bastion.session.SessionRegistry;
import sallyport.bastion.transfer.Note;
import sallyport.policy.Forward;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Network;
import sallyport.policy.Permit;
import sallyport.policy.Target;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;

/**
 * What passes between one connection and its target, as a session: it is listed, recorded, revoked and ended as any other. Its
 * recording is what passed, a line when something opens, before the target hears of it, and another when it is over, with how
 * much there was; what was in it is not kept.
 */
final class ForwardSession {

    /** Longest that a line waits to be recorded: on a full disk the session ends before. */
    private static final Duration RECORDING_LIMIT = Duration.ofMinutes(2);

    private final LiveSession session;
    private final Attachment attachment;
    private final ForwardBackend backend;
    private final InstantSource clock;
    private final AtomicInteger numbers = new AtomicInteger();

    /** How many sessions each of the client's is lent to. */
    private final Map<Loan, AtomicInteger> lent =
            Map.copyOf(Stream.of(Loan.values()).collect(Collectors.toMap(loan -> loan, _ -> new AtomicInteger())));

    ForwardSession(LiveSession session, Attachment attachment, ForwardBackend backend, InstantSource clock) {
        this.session = session;
        this.attachment = attachment;
        this.backend = backend;
        this.clock = clock;
    }

    /** Lets what {@code permit} is for pass here, as long as the rules do; false if that is on another place. */
    boolean admit(Permit permit, SessionRegistry sessions) {
        if (!isFor(permit)) {
            return false;
        }
        sessions.admit(session, permit);
        return true;
    }

    private boolean isFor(Permit permit) {
        SessionRow row = session.row();
        Target target = permit.target();
        return row.login().equals(permit.attempt().login())
                && row.targetId().equals(Network.is(target) ? Optional.empty() : Optional.of(target.id()));
    }

    /** As a user part names it. */
    String place() {
        return session.row().login() + "+" + session.row().target();
    }

    /** Whether nothing passes here any more. */
    boolean isOver() {
        return session.isOver() || backend.isClosed();
    }

    /** Its client is gone. */
    void leave() {
        attachment.leave("connection lost", true);
    }

    // --- from the client ---

    /** Leads {@code channel} to where it wants; may wait for the disk. */
    void connect(Forward to, Originator originator, DirectChannel channel) {
        Passing passing = new Passing(to.kind(), "client", to.text());
        if (!passing.begins()) {
            channel.refuse("the session has ended");
            return;
        }
        backend.connect(to, originator, channel.stream(), passing::over, new OpenAnswer() {
            @Override
            public void opened() {
                channel.confirm();
            }

            @Override
            public void refused(int reason, String words) {
                passing.failed(words);
                channel.refuse(reason, Visible.text(words));
            }
        });
    }

    /** Has the target listen; may wait for it. Empty: it does not. */
    OptionalLong listen(Forward where) {
        Passing passing = new Passing("listening", "client", where.text());
        if (!passing.begins()) {
            return OptionalLong.empty();
        }
        OptionalLong port = backend.listen(where, passing::over);
        if (port.isEmpty()) {
            passing.failed("the target does not listen there");
        }
        return port;
    }

    /** Has the target listen no more; whether it did. */
    boolean cancel(Forward where) {
        return backend.cancel(where);
    }

    /** Lends it to a session; {@link #takeBack} follows. */
    void lend(Loan loan) {
        count(loan).incrementAndGet();
    }

    /** A session that it was lent to is over; with the last of them all that passes to it ends. */
    void takeBack(Loan loan) {
        if (count(loan).decrementAndGet() == 0) {
            backend.cut(loan.channelType());
        }
    }

    private boolean isLent(Loan loan) {
        return count(loan).get() > 0;
    }

    private AtomicInteger count(Loan loan) {
        return Objects.requireNonNull(lent.get(loan));
    }

    // --- from the target ---

    /** What was listened on, or lent, for the client that {@code arrived} came by. */
    Optional<Forward> awaited(AcceptedStream arrived) {
        Optional<Loan> loan = Loan.reachedBy(arrived.type());
        return loan.isPresent() ? loan.filter(this::isLent).map(Loan::forward) : backend.listening(arrived);
    }

    /** Leads what the target opened to the client; may wait for the disk. */
    void passOn(Forward what, AcceptedStream arrived, Session client, Runnable over) {
        Passing passing = new Passing(what.kind(), "target", what.text());
        if (!passing.begins()) {
            arrived.refuse(Forwards.PROHIBITED, "the session has ended");
            over.run();
            return;
        }
        backend.passOn(
                arrived,
                client,
                what instanceof Forward.Agent ? Optional.of(passing) : Optional.empty(),
                pipe -> {
                    passing.over(pipe);
                    over.run();
                },
                new OpenAnswer() {
                    @Override
                    public void opened() {}

                    @Override
                    public void refused(int reason, String words) {
                        passing.failed(words);
                        over.run();
                    }
                });
        // It may have been taken back since it was awaited, and then this was not there to be cut.
        Loan.reachedBy(arrived.type()).filter(loan -> !isLent(loan)).ifPresent(loan -> backend.cut(loan.channelType()));
    }

    /** One thing that passes, as it is written down. */
    private final class Passing implements AgentWatch.Witness {
        private final int number = numbers.incrementAndGet();
        private final Instant since = clock.instant();
        private final String kind;
        private final String from;
        private final String to;

        Passing(String kind, String from, String to) {
            this.kind = kind;
            this.from = from;
            this.to = Inert.of(to);
        }

        /** Written down before it happens; false if it could not be, and then it must not happen. */
        boolean begins() {
            Note note = new Note(
                    Optional.of("%d: %s from the %s to %s".formatted(number, kind, from, to)),
                    Optional.of(new AuditEvent.ForwardOpened(session.id(), kind, from, to)));
            return session.note(note)
                    .completeOnTimeout(false, RECORDING_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        @Override
        public CompletableFuture<Boolean> asked(KeyFingerprint key) {
            return session.note(
                    new Note(Optional.of("%d: asked to sign with %s".formatted(number, key)), Optional.empty()));
        }

        @Override
        public void answered(KeyFingerprint key, boolean signed) {
            var _ = session.note(new Note(
                    Optional.of("%d: %s with %s".formatted(number, signed ? "signed" : "did not sign", key)),
                    Optional.of(new AuditEvent.AgentUsed(session.id(), key, signed))));
        }

        void failed(String words) {
            ends(0, 0, "failed: " + Visible.text(words));
        }

        void over(Pipe pipe) {
            ends(pipe.sent(), pipe.received(), cause());
        }

        /** Of what nothing passes through by itself. */
        void over() {
            ends(0, 0, cause());
        }

        private String cause() {
            return session.isOver() ? "the session ended" : "closed";
        }

        private void ends(long sent, long received, String cause) {
            Duration took = Duration.between(since, clock.instant());
            var _ = session.note(new Note(
                    Optional.of(String.format(
                            Locale.ROOT,
                            "%d: %s after %.3f s, %d bytes from the %s, %d bytes to it",
                            number,
                            cause,
                            took.toMillis() / 1000.0,
                            sent,
                            from,
                            received)),
                    Optional.of(
                            new AuditEvent.ForwardClosed(session.id(), kind, from, to, sent, received, took, cause))));
        }
    }
}
