package sallyport.bastion.ssh;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Caller;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.console.ConsoleChannel;
import sallyport.bastion.console.ConsoleTerminal;
import sallyport.bastion.console.MenuChoice;
import sallyport.bastion.console.Prompt;
import sallyport.bastion.session.Attachment;
import sallyport.bastion.session.LiveSession;
import sallyport.bastion.session.OpenOutcome;
import sallyport.bastion.session.Opening;
import sallyport.db.DatabaseAway;
import sallyport.policy.AccessFacts;
import sallyport.policy.AccessPolicy;
import sallyport.policy.AccessRequest;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.Denial;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.Spans;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionRow;

/**
 * One shell, exec or subsystem request, from the question whether it may be to its exit status. Runs on a virtual thread of
 * its own, so it may wait: for the database, for a person, for a target.
 *
 * <p>{@link #run} finds out where to; {@link #toTarget} is the story of a session: decide, ask for a reason, wait for an
 * approval or refuse in words, come back to a running session or open one, and stay until the client has gone.
 */
final class Visit implements Runnable {

    /** Times the question is put before something is wrong with the answers. */
    private static final int MOST_ROUNDS = 10;

    private static final Logger log = LoggerFactory.getLogger(Visit.class);

    private final VisitDesk desk;
    private final Connection connection;
    private final ClientChannel channel;
    private final Mode mode;
    private final ProgramEnvironment environment;

    Visit(VisitDesk desk, Connection connection, ClientChannel channel, Mode mode, ProgramEnvironment environment) {
        this.desk = desk;
        this.connection = connection;
        this.channel = channel;
        this.mode = mode;
        this.environment = environment;
    }

    @Override
    public void run() {
        try {
            switch (connection.destination()) {
                case Destination.ToTarget to -> toTarget(person(), to);
                case Destination.ToSession(String name) -> toSession(person(), name);
                case Destination.Bare(String word) -> bare(word);
                case Destination.Malformed(String words) -> refuse(252, words + ".");
            }
        } catch (DatabaseAway away) {
            refuse(
                    250,
                    "nothing new can be opened: the database does not answer. Running sessions go on. Try again in a"
                            + " minute.");
        } catch (NotLetIn removed) {
            refuse(252, "you are not let in here any more. Nothing was opened. Ask whoever runs this bastion.");
        } catch (Gone gone) {
            // Politely: of a channel that is closed at once the client is not told, and one that lives would wait for
            // ever.
            channel.close(false);
        } catch (RuntimeException e) {
            log.error("a visit of {} from {} broke", connection.person().name(), connection.source(), e);
            refuse(250, "something inside the bastion broke. Tell whoever runs it; the log of this minute says more.");
        }
    }

    /** The person as they are now, not as they were at login, and only while the key they came with is theirs (T17). */
    private Person person() {
        boolean keyStands = desk.keys()
                .owner(connection.key())
                .filter(owner -> owner.id().equals(connection.person().id()))
                .isPresent();
        if (!keyStands) {
            throw new NotLetIn();
        }
        return desk.access().person(connection.person().id()).orElseThrow(NotLetIn::new);
    }

    // --- a session on a target ---

    private void toTarget(Person person, Destination.ToTarget to) {
        Login login = to.login().or(() -> onlyLogin(person, to.target())).orElse(null);
        if (login == null) {
            deny(new Denial.NoSuchTarget(to.target()), to.target(), "");
            return;
        }
        Optional<Reason> reason = to.options().reason();
        if (reason.isEmpty() && environment.reason().isPresent()) {
            try {
                reason = Optional.of(new Reason(environment.reason().get()));
            } catch (IllegalArgumentException e) {
                refuse(251, "the reason in the environment cannot be used: " + Visible.text(e.getMessage()) + ".");
                return;
            }
        }
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Attempt attempt = new Attempt(
                    person,
                    connection.key(),
                    connection.source(),
                    to.target(),
                    login,
                    mode,
                    reason,
                    to.options().duration());
            AccessFacts facts = desk.access().facts(attempt, desk.clock().instant());
            switch (AccessPolicy.decide(attempt, facts)) {
                case Decision.Permitted(Permit permit) -> {
                    enter(permit, to.options());
                    return;
                }
                case Decision.ReasonRequired(Target target, String rule) -> {
                    reason = askReason(target, login, rule);
                    if (reason.isEmpty()) {
                        return;
                    }
                }
                case Decision.ApprovalRequired needed -> {
                    AccessRequest request = needed.pending()
                            .orElseGet(() -> desk.requests()
                                    .make(attempt, needed, desk.clock().instant()));
                    if (!approved(request, needed)) {
                        return;
                    }
                }
                case Decision.Denied(Denial why) -> {
                    deny(why, to.target(), login.value());
                    return;
                }
            }
        }
        throw new IllegalStateException("the rules gave no final answer for " + to.target());
    }

    private Optional<Login> onlyLogin(Person person, TargetName name) {
        var snapshot = desk.access().snapshot();
        return snapshot.targets().stream()
                .filter(target -> target.name().equals(name))
                .flatMap(target -> AccessPolicy.logins(person, target, snapshot.rules()).stream())
                .findFirst();
    }

    /** Asks why, if there is somebody to ask; else says how to give a reason. Empty: the visit is over. */
    private Optional<Reason> askReason(Target target, Login login, String rule) {
        if (channel.terminal().isEmpty()) {
            refuse(
                    251,
                    "%s needs a reason (rule \"%s\"). Give one: ssh %s+%s+t=TICKET@bastion, or with any tool -o SetEnv=BASTION_REASON=TICKET"
                            .formatted(described(target), rule, login, target.name()));
            return Optional.empty();
        }
        say("%s needs a reason, then one approval (rule \"%s\").".formatted(described(target), rule));
        while (true) {
            Optional<String> typed = Prompt.line(consoleChannel(), "  Why? (ticket or one line) > ");
            if (typed.isEmpty()) {
                refuse(251, "no reason, nothing was opened.");
                return Optional.empty();
            }
            try {
                return Optional.of(new Reason(typed.get()));
            } catch (IllegalArgumentException e) {
                say(Visible.text(e.getMessage()) + ".");
            }
        }
    }

    /** Waits for another person's decision, or says how to. False: the visit is over. */
    private boolean approved(AccessRequest request, Decision.ApprovalRequired needed) {
        ApprovalWait wait = new ApprovalWait(desk, channel, request, needed);
        if (channel.terminal().isEmpty()) {
            refuse(251, wait.wordsWithoutTerminal());
            return false;
        }
        switch (wait.untilDecided()) {
            case ApprovalWait.Answer.Decided _ -> {
                return true;
            }
            case ApprovalWait.Answer.Over(String words) -> {
                refuse(251, words);
                return false;
            }
            case ApprovalWait.Answer.ClientGone _ -> throw new Gone();
        }
    }

    private void enter(Permit permit, Destination.Options options) {
        if (mode.outlivesConnection() && !options.fresh()) {
            if (options.name().isPresent()) {
                Optional<LiveSession> named = desk.sessions()
                        .named(
                                permit.attempt().person().id(),
                                options.name().get().value());
                if (named.filter(LiveSession::canBeRejoined).isPresent()) {
                    comeBack(named.get(), permit);
                    return;
                }
                if (named.isPresent()) {
                    refuse(
                            252,
                            "you have a command running under the name \"%s\". Take another name."
                                    .formatted(options.name().get()));
                    return;
                }
            } else {
                List<LiveSession> detached = desk.sessions()
                        .detached(
                                permit.attempt().person().id(),
                                permit.target().name(),
                                permit.attempt().login());
                Optional<LiveSession> chosen = detached.size() > 1
                        ? choose(detached)
                        : detached.stream().findFirst();
                if (chosen.isPresent()) {
                    comeBack(chosen.get(), permit);
                    return;
                }
            }
        } else if (options.name().isPresent()
                && desk.sessions()
                        .named(
                                permit.attempt().person().id(),
                                options.name().get().value())
                        .isPresent()) {
            refuse(
                    252,
                    "you have a session named \"%s\" already. Take another name."
                            .formatted(options.name().get()));
            return;
        }
        open(permit, options.name());
    }

    /** Several sessions wait on this target: which one, or a new one? Empty: a new one. */
    private Optional<LiveSession> choose(List<LiveSession> detached) {
        say("you have " + detached.size() + " sessions here that run without you:");
        for (int i = 0; i < detached.size(); i++) {
            LiveSession session = detached.get(i);
            say("  %d  %s  since %s"
                    .formatted(i + 1, session.row().name(), session.row().startedAt()));
        }
        while (true) {
            Optional<String> typed =
                    Prompt.line(consoleChannel(), "  Which? [1-" + detached.size() + ", n for a new one] > ");
            String answer = typed.orElseThrow(Gone::new).strip();
            if (answer.equalsIgnoreCase("n")) {
                return Optional.empty();
            }
            if (answer.matches("[0-9]{1,4}")) {
                int number = Integer.parseInt(answer);
                if (number >= 1 && number <= detached.size()) {
                    return Optional.of(detached.get(number - 1));
                }
            }
        }
    }

    private void open(Permit permit, Optional<SessionName> name) {
        Launch launch = new Launch(mode, channel.terminal(), environment.forProgram());
        Opening opening = new Opening(name, launch, channel, this::welcome, connection.transports());
        switch (desk.sessions().open(permit, opening)) {
            case OpenOutcome.Opened(LiveSession session, Attachment attachment) -> stay(session, permit, attachment);
            case OpenOutcome.NotOpened(Ending ending, String words) -> refuse(ending.exitStatus(), words);
        }
    }

    private void welcome(SessionRow row) {
        if (mode.outlivesConnection()) {
            say(
                    "%s on %s (%s), new session \"%s\". Recorded: output, not keystrokes. If the line drops it runs on; come back the same way."
                            .formatted(
                                    row.login(), row.target(), row.environment().word(), row.name()));
        }
    }

    private void toSession(Person person, String name) {
        Optional<LiveSession> session = desk.sessions().named(person.id(), name);
        if (session.isEmpty() || !session.get().canBeRejoined() || !mode.outlivesConnection()) {
            refuse(
                    252,
                    session.isEmpty()
                            ? "no running session \"%s\" of yours. See: ssh bastion session list".formatted(name)
                            : "a session is entered with a terminal: ssh -t s+%s@bastion".formatted(name));
            return;
        }
        var row = session.get().row();
        Attempt attempt = new Attempt(
                person,
                connection.key(),
                connection.source(),
                row.target(),
                row.login(),
                mode,
                row.reason(),
                Optional.empty());
        switch (AccessPolicy.decide(
                attempt, desk.access().facts(attempt, desk.clock().instant()))) {
            case Decision.Permitted(Permit permit) -> comeBack(session.get(), permit);
            case Decision.ReasonRequired _, Decision.ApprovalRequired _ ->
                refuse(
                        251,
                        "your access to %s has ended. Ask again: ssh %s+%s@bastion"
                                .formatted(row.target(), row.login(), row.target()));
            case Decision.Denied(Denial why) ->
                deny(why, row.target(), row.login().value());
        }
    }

    private void comeBack(LiveSession session, Permit permit) {
        var row = session.row();
        if (!row.target().equals(permit.target().name())
                || !row.login().equals(permit.attempt().login())) {
            refuse(
                    252,
                    "your session \"%s\" is %s on %s. Enter it with s+%s, or take another name."
                            .formatted(row.name(), row.login(), row.target(), row.name()));
            return;
        }
        say("back in \"%s\" on %s, running since %s."
                .formatted(row.name(), row.target(), row.startedAt().truncatedTo(ChronoUnit.SECONDS)));
        session.rejoin(channel, terminalSize())
                .ifPresentOrElse(
                        attachment -> stay(session, permit, attachment),
                        () -> refuse(
                                252,
                                session.isOver()
                                        ? "session \"%s\" has just ended.".formatted(row.name())
                                        : "session \"%s\" is in use from another connection. Close that first, or open another: +new"
                                                .formatted(row.name())));
    }

    private void stay(LiveSession session, Permit permit, Attachment attachment) {
        desk.sessions().attached(session, permit.attempt().key(), terminalSize());
        channel.enter(attachment);
        attachment.resize(terminalSize());
        // The session and the channel's own closing do the rest; the visit is over when the client has gone.
        channel.gone().join();
    }

    private TerminalSize terminalSize() {
        return channel.terminal().map(Launch.Terminal::size).orElse(TerminalSize.USUAL);
    }

    // --- the console ---

    private void bare(String word) {
        Person person = personEvenWithoutDatabase();
        boolean isSelf = word.equals(person.name().value());
        if (!isSelf) {
            Optional<TargetName> target = asTarget(word);
            if (target.isPresent() && onlyLogin(person, target.get()).isPresent()) {
                toTarget(person, new Destination.ToTarget(Optional.empty(), target.get(), Destination.Options.NONE));
                return;
            }
        }
        Caller caller = new Caller(person, connection.source(), Optional.of(connection.key()));
        switch (mode) {
            case Mode.Exec(var command, boolean _) ->
                finish(desk.console().run(caller, command.text(), consoleChannel()));
            case Mode.Subsystem(String name) ->
                refuse(252, "the subsystem %s needs a target: LOGIN+TARGET@bastion".formatted(Visible.text(name)));
            case Mode.Job _ -> throw new IllegalStateException("no client asks for a job by itself");
            case Mode.Shell(boolean terminal) -> {
                if (!terminal) {
                    finish(desk.console().run(caller, "help", consoleChannel()));
                    return;
                }
                if (!isSelf) {
                    say("no target \"" + Visible.text(word) + "\" for you. These are yours:");
                }
                menu(person, caller);
            }
        }
    }

    private void menu(Person person, Caller caller) {
        switch (desk.menu().choose(caller, consoleChannel())) {
            case MenuChoice.OpenTarget(Login login, TargetName target) ->
                toTarget(person, new Destination.ToTarget(Optional.of(login), target, Destination.Options.NONE));
            case MenuChoice.ResumeSession(var id) -> toSession(person, id.toString());
            case MenuChoice.Quit _ -> finish(0);
        }
    }

    /** Commands such as a revocation must work while the database is away: then what was last read counts. */
    private Person personEvenWithoutDatabase() {
        try {
            return person();
        } catch (DatabaseAway away) {
            return desk.keys().person(connection.person().id()).orElseThrow(() -> away);
        }
    }

    private static Optional<TargetName> asTarget(String word) {
        try {
            return Optional.of(new TargetName(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private ConsoleChannel consoleChannel() {
        return new ConsoleChannel(
                channel.input().stream(),
                new ChannelSink(channel.writer(), false),
                new ChannelSink(channel.writer(), true),
                channel.terminal()
                        .map(t -> new ConsoleTerminal(
                                t.type(),
                                () -> channel.terminal().orElse(t).size().columns(),
                                () -> channel.terminal().orElse(t).size().rows())));
    }

    // --- words and ends ---

    private void deny(Denial why, TargetName target, String login) {
        desk.audit()
                .append(AuditEntry.by(
                        desk.ids().get(),
                        desk.clock().instant(),
                        connection.person(),
                        connection.source(),
                        new AuditEvent.AccessDenied(
                                target.value(),
                                login,
                                mode.word(),
                                why.getClass().getSimpleName())));
        String words = switch (why) {
            case Denial.NoSuchTarget(TargetName name) ->
                "no target \"%s\" for you. Yours: ssh bastion target list".formatted(name);
            case Denial.LoginNotAllowed(TargetName name, Login wanted, var allowed) ->
                "you may not be %s on %s. Possible: %s."
                        .formatted(
                                wanted,
                                name,
                                String.join(
                                        ", ", allowed.stream().map(Login::value).toList()));
            case Denial.ModeNotAllowed(TargetName name, Mode wanted) ->
                (wanted instanceof Mode.Subsystem(String subsystem)
                                ? "the subsystem " + Visible.text(subsystem)
                                : wanted.word())
                        + " is not allowed on " + name + ". For files: scp -O, rsync, or tar through ssh.";
            case Denial.TooLong(TargetName name, Duration asked, Duration longest, String rule) ->
                "%s on %s is longer than the rule \"%s\" gives: %s at most."
                        .formatted(Spans.text(asked), name, rule, Spans.text(longest));
            case Denial.RequestDenied(AccessRequest request, var denied) -> {
                desk.requests().markTold(request.id());
                yield "request %s was denied by %s: \"%s\". Nothing was opened."
                        .formatted(request.code(), denied.byName(), Visible.text(denied.note()));
            }
        };
        refuse(252, words);
    }

    private static String described(Target target) {
        return target.environment().isProduction()
                ? target.name() + " (PRODUCTION)"
                : target.name().value();
    }

    private void say(String words) {
        channel.say(Words.prefixed(words, channel.terminal().isPresent()));
    }

    private void refuse(int status, String words) {
        channel.end(new Ending.Exited(status), words, true);
        channel.gone().join();
    }

    private void finish(int status) {
        channel.end(new Ending.Exited(status), "", true);
        channel.gone().join();
    }

    /** The person was let in at login, and would not be now. */
    private static final class NotLetIn extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotLetIn() {
            super(null, null, false, false);
        }
    }

    /** The client is gone: there is nobody to say anything to. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;

        Gone() {
            super(null, null, false, false);
        }
    }
}
