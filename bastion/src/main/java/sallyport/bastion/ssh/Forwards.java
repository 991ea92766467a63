package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.AcceptedStream;
import sallyport.bastion.backend.ForwardBackend;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.OpenedStream.Originator;
import sallyport.bastion.backend.Resolver;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.session.ClientEnd;
import sallyport.bastion.session.LiveSession;
import sallyport.bastion.session.Newcomer;
import sallyport.bastion.session.OpenOutcome;
import sallyport.bastion.session.Opening;
import sallyport.db.DatabaseAway;
import sallyport.policy.AccessPolicy;
import sallyport.policy.AccessRequest;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.Denial;
import sallyport.policy.DetachKey;
import sallyport.policy.Forward;
import sallyport.policy.ForwardRight;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Network;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;

/**
 * What one connection passes on besides what runs in sessions: {@code -L}, {@code -R}, {@code -D}, {@code -W}, UNIX sockets and the
 * client's agent and X11 display (T24, T30, T31). Each is put to the rules as a shell is, and refused in words. What is allowed is opened by the
 * target's own sshd, over the transport that the connection's sessions share, and is part of one session, which begins with the
 * first of it.
 *
 * <p>In a connection to no target the bastion itself connects, to exactly what a rule lists ({@link NetworkGate}).
 *
 * <p>Nobody can be asked here, so a reason comes with the user part and an approval from before.
 */
final class Forwards {

    static final int PROHIBITED = SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED;

    private static final int SSH_PORT = 22;

    private static final Logger log = LoggerFactory.getLogger(Forwards.class);

    private final SshFront front;
    private final VisitDesk desk;
    private final FrontSession client;
    private final Connection connection;
    private final NetworkGate gate;
    private final Places places = new Places(SshFront.MOST_FORWARDS);
    private final Places jumps = new Places(SshFront.MOST_SESSIONS);
    private final Refusals refusals = new Refusals();

    /** Held while something is decided: one at a time, in the order they came. */
    private final ReentrantLock deciding = new ReentrantLock(true);

    /** Held while the session is opened, so that ten channels opened at once share one; nobody waits for it on an I/O thread. */
    private final ReentrantLock opening = new ReentrantLock();

    @GuardedBy("opening")
    private @Nullable ForwardSession session;

    @GuardedBy("opening")
    private boolean closed;

    Forwards(SshFront front, FrontSession client, Connection connection) {
        this.front = front;
        this.desk = front.desk();
        this.client = client;
        this.connection = connection;
        this.gate = new NetworkGate(desk.keys()::targets, Resolver.SYSTEM);
    }

    Connection connection() {
        return connection;
    }

    /** For whatever passes, jumps too. */
    Places places() {
        return places;
    }

    /** For the jumps among it. */
    Places jumps() {
        return jumps;
    }

    /**
     * Lets {@code question} be put to the database when it is this connection's turn: whoever opens channels without end must
     * leave others their share of it.
     */
    <T> T inTurn(Supplier<T> question) {
        deciding.lock();
        try {
            front.decisions().acquireUninterruptibly();
            try {
                return question.get();
            } finally {
                front.decisions().release();
            }
        } finally {
            deciding.unlock();
        }
    }

    /** The connection is gone, and with it what passes. */
    void close() {
        ForwardSession held;
        opening.lock();
        try {
            closed = true;
            held = session;
        } finally {
            opening.unlock();
        }
        if (held != null) {
            held.leave();
        }
    }

    // --- what the client asks for ---

    /**
     * Leads {@code channel} to where it wants, or refuses it.
     *
     * @param noJump why it is no way to a target's ssh, if that was looked at
     */
    void connect(Forward to, Originator originator, DirectChannel channel, Optional<String> noJump) {
        switch (admit(to)) {
            case Answer.Admitted(ForwardSession into) -> into.connect(to, originator, channel);
            case Answer.NoTarget() -> channel.refuse(noJump.orElse(NO_TARGET));
            case Answer.Refused(String words) -> channel.refuse(words);
        }
    }

    /** Has the target listen; gives what the answer carries besides, or is empty if it does not. */
    Optional<OptionalLong> listen(Forward where) {
        return switch (admit(where)) {
            case Answer.Admitted(ForwardSession into) -> {
                OptionalLong port = into.listen(where);
                boolean isChosen = where instanceof Forward.FromPort(String _, long asked) && asked == 0;
                yield port.isEmpty() ? Optional.empty() : Optional.of(isChosen ? port : OptionalLong.empty());
            }
            case Answer.NoTarget() -> {
                client.hint(Visible.text(where.text()) + " is not listened on: " + NO_TARGET + ".");
                yield Optional.empty();
            }
            case Answer.Refused(String words) -> {
                client.hint(words + ".");
                yield Optional.empty();
            }
        };
    }

    /** Has the target listen no more. */
    Optional<OptionalLong> cancel(Forward where) {
        ForwardSession held = held();
        return held != null && held.cancel(where) ? Optional.of(OptionalLong.empty()) : Optional.empty();
    }

    private @Nullable ForwardSession held() {
        opening.lock();
        try {
            return session;
        } finally {
            opening.unlock();
        }
    }

    // --- what is lent to sessions ---

    /** Whether {@code right} was there when people and rules were last read; for a polite answer on an I/O thread. */
    boolean isLikely(ForwardRight right) {
        Person person = connection.person();
        return switch (connection.destination()) {
            case Destination.ToTarget(var login, var target, var _) ->
                desk.keys().forwards(person, login, target).contains(right);
            case Destination.Bare(String word) ->
                Visit.asTarget(word)
                        .filter(_ -> !word.equals(person.name().value()))
                        .map(target -> desk.keys().forwards(person, Optional.empty(), target))
                        .orElse(Set.of())
                        .contains(right);
            case Destination.ToSession _, Destination.Malformed _ -> false;
        };
    }

    /** Lends something of the client's to a session that is about to open. Empty: not allowed; else takes it back. */
    Optional<Runnable> lend(Loan loan) {
        return switch (admit(loan.forward())) {
            case Answer.Admitted(ForwardSession from) -> {
                from.lend(loan);
                yield Optional.of(() -> from.takeBack(loan));
            }
            case Answer.NoTarget() -> Optional.empty();
            case Answer.Refused(String words) -> {
                client.hint(words + ".");
                yield Optional.empty();
            }
        };
    }

    // --- what the target opens ---

    private void arrived(AcceptedStream stream) {
        if (!places.take()) {
            stream.refuse(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many forwards are open");
            return;
        }
        front.aside(() -> {
            try {
                lead(stream);
            } catch (RuntimeException e) {
                log.error("what {} opened for {} broke", stream, client, e);
                stream.refuse(PROHIBITED, "something inside the bastion broke");
                places.free();
            }
        });
    }

    private void lead(AcceptedStream stream) {
        ForwardSession held = held();
        Optional<Forward> what = held == null ? Optional.empty() : held.awaited(stream);
        if (held == null || what.isEmpty() || !mayPass(what.get(), held)) {
            stream.refuse(PROHIBITED, "nobody waits for this");
            places.free();
        } else {
            held.passOn(what.get(), stream, client, places::free);
        }
    }

    private boolean mayPass(Forward what, ForwardSession held) {
        return inTurn(() -> decide(what)) instanceof Choice.Permitted(Permit permit)
                && held.admit(permit, desk.sessions());
    }

    // --- whether it may ---

    private static final String NO_TARGET =
            "this connection is to no target. Connect to one: ssh -L ... LOGIN+TARGET@bastion, or ssh -J bastion -L"
                    + " ... TARGET";

    private sealed interface Answer {
        record Admitted(ForwardSession into) implements Answer {}

        record NoTarget() implements Answer {}

        record Refused(String words) implements Answer {}
    }

    /** Decides, and opens the session if it is the first. May wait. */
    private Answer admit(Forward what) {
        return switch (inTurn(() -> decide(what))) {
            case Choice.Permitted(Permit permit) -> enter(permit);
            case Choice.NoTarget() -> {
                refused(what, "", "", "NoTarget");
                yield new Answer.NoTarget();
            }
            case Choice.Refused(String words) -> new Answer.Refused(words);
        };
    }

    private sealed interface Choice {
        record Permitted(Permit permit) implements Choice {}

        record NoTarget() implements Choice {}

        record Refused(String words) implements Choice {}
    }

    private record Place(Login login, TargetName target, Optional<Reason> reason, Optional<Duration> duration) {}

    private Choice decide(Forward what) {
        try {
            Optional<Person> person = desk.personNow(connection);
            if (person.isEmpty()) {
                return new Choice.Refused("you are not let in here any more. Ask whoever runs this bastion");
            }
            if (connection.destination() instanceof Destination.Malformed(String words)) {
                return new Choice.Refused(words);
            }
            Optional<Place> place = place(person.get());
            return place.isEmpty() ? onNetwork(what, person.get()) : decide(what, person.get(), place.get());
        } catch (DatabaseAway away) {
            return new Choice.Refused("nothing new can be opened: the database does not answer. Try again in a minute");
        }
    }

    /** Where the connection leads, if it leads to a target. */
    private Optional<Place> place(Person person) {
        return switch (connection.destination()) {
            case Destination.ToTarget(var login, var target, var options) ->
                login.or(() -> desk.onlyLogin(person, target))
                        .map(account -> new Place(account, target, options.reason(), options.duration()));
            case Destination.Bare(String word) ->
                word.equals(person.name().value()) ? Optional.empty() : bare(person, word);
            case Destination.ToSession to ->
                desk.sessions()
                        .named(person.id(), to.nameOrCode())
                        .map(LiveSession::row)
                        .map(row -> new Place(row.login(), row.target(), row.reason(), Optional.empty()));
            case Destination.Malformed _ -> Optional.empty();
        };
    }

    private Optional<Place> bare(Person person, String word) {
        return Visit.asTarget(word)
                .flatMap(target -> desk.onlyLogin(person, target)
                        .map(login -> new Place(login, target, Optional.empty(), Optional.empty())));
    }

    private Choice onNetwork(Forward what, Person person) {
        Attempt attempt = new Attempt(
                person,
                connection.key(),
                connection.source(),
                Network.PLACE.name(),
                Network.LOGIN,
                new Mode.Forwarding(what),
                Optional.empty(),
                Optional.empty());
        Decision decision =
                AccessPolicy.decideOnNetwork(attempt, desk.access().snapshot().rules());
        return decision instanceof Decision.Permitted(Permit permit)
                ? new Choice.Permitted(permit)
                : new Choice.NoTarget();
    }

    private Choice decide(Forward what, Person person, Place place) {
        Attempt attempt = new Attempt(
                person,
                connection.key(),
                connection.source(),
                place.target(),
                place.login(),
                new Mode.Forwarding(what),
                place.reason(),
                place.duration());
        Decision decision = withoutWayRound(
                what,
                AccessPolicy.decide(
                        attempt, desk.access().facts(attempt, desk.clock().instant())));
        if (decision instanceof Decision.Permitted(Permit permit)) {
            return new Choice.Permitted(permit);
        }
        refused(what, place.target().value(), place.login().value(), cause(decision));
        String asked = Visible.text(what.text()) + " is not forwarded on " + place.target();
        String again = "ssh %s+%s+t=TICKET@bastion".formatted(place.login(), place.target());
        return new Choice.Refused(
                switch (decision) {
                    case Decision.Permitted _ -> throw new IllegalStateException("is permitted");
                    case Decision.ReasonRequired(var _, String rule) ->
                        "%s without a reason (rule \"%s\"). Give one: %s".formatted(asked, rule, again);
                    case Decision.ApprovalRequired needed ->
                        needed.pending()
                                .map(AccessRequest::code)
                                .map(code -> "%s before request %s is approved".formatted(asked, code))
                                .orElseGet(() -> "%s without an approval (rule \"%s\"). Ask for one: %s true"
                                        .formatted(asked, needed.rule(), again));
                    case Decision.Denied(Denial why) -> denied(why, what, asked);
                });
    }

    /** As the rules decided, but to no other target's ssh: they are asked about one target and know of no second on its machine. */
    private Decision withoutWayRound(Forward what, Decision decision) {
        return decision instanceof Decision.Permitted(Permit permit)
                        && what instanceof Forward.ToPort(String _, long port)
                ? gate.whyNotLoopback(permit.target(), port)
                        .<Decision>map(why -> new Decision.Denied(
                                new Denial.ForwardNotAllowed(permit.target().name(), what, why)))
                        .orElse(decision)
                : decision;
    }

    private static String denied(Denial why, Forward what, String asked) {
        return switch (why) {
            case Denial.ForwardNotAllowed(var _, var _, String words) ->
                asked + ": " + words
                        + (what instanceof Forward.ToPort(String _, long port) && port == SSH_PORT
                                ? ". Jump to each target by itself: ssh -J bastion TARGET"
                                : "");
            case Denial.RequestDenied(AccessRequest request, var _) ->
                asked + ": request " + request.code() + " was denied";
            case Denial.NoSuchTarget(TargetName target) ->
                "no target \"" + target + "\" for you. Yours: ssh bastion target list";
            case Denial.LoginNotAllowed _,
                    Denial.ModeNotAllowed _,
                    Denial.TransferNotAllowed _,
                    Denial.NeedsUdp _,
                    Denial.TooLong _ -> asked + ": you may not be there as that";
        };
    }

    private static String cause(Decision decision) {
        return decision instanceof Decision.Denied(Denial why)
                ? why.getClass().getSimpleName()
                : decision.getClass().getSimpleName();
    }

    private void refused(Forward what, String target, String login, String cause) {
        log.info("{} is refused {} on \"{}\": {}", client, Visible.text(what.text()), target, cause);
        if (refusals.mayNote(desk.clock().instant())) {
            desk.audit()
                    .append(AuditEntry.by(
                            desk.ids().get(),
                            desk.clock().instant(),
                            connection.person(),
                            connection.source(),
                            new AuditEvent.ForwardRefused(
                                    target, login, what.kind(), Visible.text(what.text()), cause)));
        }
    }

    // --- the session ---

    private Answer enter(Permit permit) {
        opening.lock();
        try {
            ForwardSession held = session;
            if (held != null && !held.isOver()) {
                return held.admit(permit, desk.sessions())
                        ? new Answer.Admitted(held)
                        : new Answer.Refused(elsewhere(held, permit));
            }
            if (closed) {
                return new Answer.Refused("the connection is closing");
            }
            Answer answer = open(permit);
            if (answer instanceof Answer.Admitted(ForwardSession fresh)) {
                session = fresh;
            }
            return answer;
        } finally {
            opening.unlock();
        }
    }

    /** Names and rules may have changed since: what was decided for one place is not carried out on another. */
    private static String elsewhere(ForwardSession held, Permit permit) {
        return "this connection forwards on %s, and would lead to %s+%s by now. Connect anew"
                .formatted(
                        held.place(), permit.attempt().login(), permit.target().name());
    }

    private Answer open(Permit permit) {
        AtomicReference<@Nullable ForwardBackend> begun = new AtomicReference<>();
        Person person = permit.attempt().person();
        Newcomer newcomer = new Newcomer(
                new NobodyListens(),
                person.id(),
                person.name(),
                connection.key(),
                connection.source(),
                TerminalSize.USUAL,
                Newcomer.Display.STREAM,
                0,
                DetachKey.USUAL);
        Opening wanted = new Opening(
                Optional.empty(),
                new Launch(permit.attempt().mode(), Optional.empty(), new LinkedHashMap<>()),
                Optional.of(newcomer),
                _ -> {},
                events -> {
                    ForwardBackend backend = Network.is(permit.target())
                            ? ForwardBackend.onNetwork(events, gate, Resolver.SYSTEM)
                            : connection
                                    .transports()
                                    .forward(permit.target(), permit.attempt().login(), events, this::arrived);
                    begun.set(backend);
                    return backend;
                });
        return switch (desk.sessions().open(permit, wanted)) {
            case OpenOutcome.NotOpened(Ending _, String words) -> new Answer.Refused(words);
            case OpenOutcome.Opened(LiveSession opened, var attachment) -> {
                ForwardBackend backend = begun.get();
                if (backend == null) {
                    throw new IllegalStateException("a session without its backend: " + opened);
                }
                yield new Answer.Admitted(new ForwardSession(opened, attachment.orElseThrow(), backend, desk.clock()));
            }
        };
    }

    /** The client's side of such a session: it is shown nothing, and told of the end by what is closed. */
    private static final class NobodyListens implements ClientEnd {
        @Override
        public void output(boolean stderr, byte[] bytes, IntConsumer taken) {
            taken.accept(bytes.length);
        }

        @Override
        public void dropQueued() {}

        @Override
        public void end(Ending ending, String words, boolean drain) {}

        @Override
        public void dismiss(String words, int exitStatus) {}
    }
}
