package sallyport.bastion.ssh;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sallyport.admin.PersonInSession;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.Transports;
import sallyport.bastion.session.Attachment;
import sallyport.bastion.session.Entry;
import sallyport.bastion.session.JoinOutcome;
import sallyport.bastion.session.LiveSession;
import sallyport.bastion.session.Newcomer;
import sallyport.bastion.session.OpenOutcome;
import sallyport.bastion.session.Opening;
import sallyport.bastion.session.RecordedWords;
import sallyport.policy.DetachKey;
import sallyport.policy.InputRecording;
import sallyport.policy.Mode;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.SessionName;
import sallyport.policy.Spans;
import sallyport.policy.Target;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionRow;

/**
 * The way from a permit into a session: back into one that runs, beside or instead of others, or into a new one; and the stay
 * in it until the client has gone. Each way ends the visit.
 */
final class Entrance {

    private final VisitDesk desk;
    private final Connection connection;
    private final Voice voice;
    private final ProgramEnvironment environment;
    private final Rights rights;

    /** Whether a running session may be entered by its owner now. */
    interface Rights {
        /** Words if not. */
        Optional<String> toEnter(LiveSession session);
    }

    Entrance(VisitDesk desk, Connection connection, Voice voice, ProgramEnvironment environment, Rights rights) {
        this.rights = rights;
        this.desk = desk;
        this.connection = connection;
        this.voice = voice;
        this.environment = environment;
    }

    /** Where {@code options} lead on the permitted target. */
    void enter(Permit permit, Destination.Options options) {
        Person person = permit.attempt().person();
        Optional<LiveSession> named = options.name()
                .filter(_ -> !options.fresh())
                .flatMap(name -> desk.sessions().named(person.id(), name.value()));
        if (named.isPresent()) {
            nameIsTaken(named.get(), permit, options);
        } else if (permit.attempt().mode().outlivesConnection()
                && !options.fresh()
                && options.name().isEmpty()) {
            boolean occupiedToo = options.readOnly() || options.takeOver();
            List<LiveSession> waiting = desk.sessions()
                    .rejoinable(
                            person.id(),
                            permit.target().name(),
                            permit.attempt().login(),
                            occupiedToo);
            Optional<LiveSession> chosen =
                    waiting.size() > 1 ? choose(waiting) : waiting.stream().findFirst();
            if (chosen.isPresent()) {
                into(chosen.get(), person, wish(options));
            } else {
                open(permit, options);
            }
        } else {
            open(permit, options);
        }
    }

    private void nameIsTaken(LiveSession session, Permit permit, Destination.Options options) {
        SessionRow row = session.row();
        boolean same = row.target().equals(permit.target().name())
                && row.login().equals(permit.attempt().login());
        if (permit.attempt().mode().outlivesConnection() && session.canBeRejoined() && same) {
            into(session, permit.attempt().person(), wish(options));
        } else if (session.canBeRejoined() && !same) {
            voice.refuse(
                    252,
                    "your session \"%s\" is %s on %s. Enter it with s+%s, or take another name."
                            .formatted(row.name(), row.login(), row.target(), row.name()));
        } else {
            voice.refuse(252, "you have a session named \"%s\" already. Take another name.".formatted(row.name()));
        }
    }

    private static Optional<Entry> wish(Destination.Options options) {
        if (options.readOnly()) {
            return Optional.of(Entry.WATCH);
        }
        return options.takeOver() ? Optional.of(Entry.TAKE_OVER) : Optional.empty();
    }

    /** Several sessions wait on this target: which one, or a new one? Empty: a new one. */
    private Optional<LiveSession> choose(List<LiveSession> waiting) {
        voice.say("you have " + waiting.size() + " sessions here:");
        for (int i = 0; i < waiting.size(); i++) {
            LiveSession session = waiting.get(i);
            voice.say("  %d  %-24s running for %s"
                    .formatted(
                            i + 1,
                            session.row().name(),
                            Spans.text(Duration.between(
                                    session.row().startedAt(), desk.clock().instant()))));
        }
        while (true) {
            String answer = voice.ask("  Which? [1-" + waiting.size() + ", n for a new one] > ")
                    .strip();
            if (answer.equalsIgnoreCase("n")) {
                return Optional.empty();
            }
            if (answer.matches("[0-9]{1,4}")) {
                int number = Integer.parseInt(answer);
                if (number >= 1 && number <= waiting.size()) {
                    return Optional.of(waiting.get(number - 1));
                }
            }
        }
    }

    /**
     * Into a session that runs, and stays until the client has gone. Its owner's right to it is asked right before, also
     * behind a question that they took their time for (T17, T20).
     *
     * @param entry how; empty: alone if nobody is in it, else they are asked
     */
    void into(LiveSession session, Person person, Optional<Entry> entry) {
        SessionRow row = session.row();
        boolean own = row.person().equals(person.id());
        Optional<String> refusal = own ? rights.toEnter(session) : Optional.empty();
        if (refusal.isPresent()) {
            voice.refuse(251, refusal.get());
            return;
        }
        Newcomer newcomer = newcomer(person);
        voice.channel().inTerminal();
        switch (desk.sessions().join(session, newcomer, entry.orElse(Entry.ALONE))) {
            case JoinOutcome.Joined(Attachment attachment) -> stay(attachment);
            case JoinOutcome.Closed(String words) -> voice.refuse(252, words);
            case JoinOutcome.Occupied(List<PersonInSession> by) -> {
                voice.say("\"%s\" is attached from %s.".formatted(row.name(), described(by)));
                askEntry()
                        .ifPresentOrElse(
                                chosen -> into(session, person, Optional.of(chosen)),
                                () -> voice.refuse(0, "nothing was changed."));
            }
        }
    }

    private String described(List<PersonInSession> people) {
        return people.stream()
                .map(person -> person.source() + " (idle "
                        + Spans.text(Duration.between(
                                person.lastTyped().orElse(person.since()),
                                desk.clock().instant()))
                        + ")")
                .collect(Collectors.joining(", "));
    }

    /** What they want to do about somebody else's being in it; empty: nothing. */
    private Optional<Entry> askEntry() {
        while (true) {
            switch (voice.ask("  t take over   j join (both type)   w watch   q quit  > ")
                    .strip()
                    .toLowerCase(Locale.ROOT)) {
                case "t" -> {
                    return Optional.of(Entry.TAKE_OVER);
                }
                case "j" -> {
                    return Optional.of(Entry.JOIN);
                }
                case "w" -> {
                    return Optional.of(Entry.WATCH);
                }
                case "q" -> {
                    return Optional.empty();
                }
                default -> {
                    // Asked again.
                }
            }
        }
    }

    private void open(Permit permit, Destination.Options options) {
        if (options.readOnly()) {
            voice.refuse(252, "there is no session of yours to look at here; leave +ro out to open one.");
            return;
        }
        Mode mode = permit.attempt().mode();
        // A subsystem speaks a protocol, which a terminal would alter.
        Optional<Launch.Terminal> terminal = mode instanceof Mode.Subsystem
                ? Optional.empty()
                : voice.channel().terminal();
        Map<Loan, Runnable> lent = new EnumMap<>(Loan.class);
        boolean lasts = false;
        try {
            lend(permit, lent);
            switch (open(permit, options, terminal, lent.keySet())) {
                case OpenOutcome.Opened(LiveSession session, var attachment) -> {
                    lasts = true;
                    lent.values().forEach(back -> {
                        var _ = session.over().thenRun(back);
                    });
                    stay(attachment.orElseThrow());
                }
                case OpenOutcome.NotOpened(Ending ending, String words) -> voice.refuse(ending.exitStatus(), words);
            }
        } finally {
            if (!lasts) {
                lent.values().forEach(Runnable::run);
            }
        }
    }

    private OpenOutcome open(
            Permit permit, Destination.Options options, Optional<Launch.Terminal> terminal, Set<Loan> lent) {
        Mode mode = permit.attempt().mode();
        Launch launch = new Launch(
                mode,
                terminal,
                environment.forProgram(),
                lent.stream().map(loan -> ask(loan, permit.target())).toList());
        Newcomer newcomer = newcomer(permit.attempt().person());
        Opening opening = new Opening(
                options.name(),
                launch,
                Optional.of(newcomer),
                row -> welcome(row, mode, newcomer.detachKey()),
                start(permit, launch, connection.transports()));
        return desk.sessions().open(permit, opening);
    }

    /** Puts into {@code lent} what the client wants lent and may, with what takes it back; each is decided by itself, too (T30). */
    private void lend(Permit permit, Map<Loan, Runnable> lent) {
        for (Loan loan : voice.channel().loans().keySet()) {
            if (permit.obligations().forwards().contains(loan.right())) {
                voice.channel()
                        .forwards()
                        .flatMap(forwards -> forwards.lend(loan))
                        .ifPresent(back -> lent.put(loan, back));
            }
        }
    }

    private Launch.Ask ask(Loan loan, Target target) {
        byte[] details = Objects.requireNonNull(voice.channel().loans().get(loan));
        return new Launch.Ask(
                loan.request(),
                details,
                () -> voice.say("the sshd of %s does not pass on %s."
                        .formatted(target.name(), loan.forward().text())));
    }

    private void welcome(SessionRow row, Mode mode, DetachKey key) {
        if (mode.outlivesConnection()) {
            voice.say("%s on %s (%s), new session \"%s\".%s %s"
                    .formatted(
                            row.login(),
                            row.target(),
                            row.environment().word(),
                            row.name(),
                            row.recordsInput() == InputRecording.OFF ? " Recorded: output, not keystrokes." : "",
                            key.leaving().isEmpty()
                                    ? "If the line drops it runs on; come back the same way."
                                    : key.leaving() + " leaves it running."));
        }
        if (row.terminal()) {
            RecordedWords.atStart(row.recordsInput()).ifPresent(voice::say);
        }
    }

    /**
     * Opens a session that nobody is in.
     *
     * @return what came of it; nothing is said
     */
    OpenOutcome openDetached(Permit permit, Optional<SessionName> name) {
        Launch.Terminal terminal = voice.channel()
                .terminal()
                .orElse(new Launch.Terminal("xterm-256color", voice.terminalSize(), true, Launch.TerminalModes.NONE));
        Launch launch = new Launch(permit.attempt().mode(), Optional.of(terminal), environment.forProgram());
        return desk.sessions()
                .open(
                        permit,
                        new Opening(
                                name,
                                launch,
                                Optional.empty(),
                                _ -> {},
                                start(permit, launch, connection.transports().another())));
    }

    private static Opening.Start start(Permit permit, Launch launch, Transports transports) {
        return events -> transports.run(permit.target(), permit.attempt().login(), launch, events);
    }

    private Newcomer newcomer(Person person) {
        return new Newcomer(
                voice.channel(),
                person.id(),
                person.name(),
                connection.key(),
                connection.source(),
                voice.terminalSize(),
                voice.channel()
                                .terminal()
                                .map(Launch.Terminal::type)
                                .filter(type -> !type.equals("dumb"))
                                .isPresent()
                        ? Newcomer.Display.FULL
                        : Newcomer.Display.DUMB,
                voice.terminalSize().rows(),
                desk.detachKeys().apply(person.id()));
    }

    private void stay(Attachment attachment) {
        // Before what was typed at that size, and again for one that came just now.
        attachment.resize(voice.terminalSize());
        voice.channel().enter(attachment);
        attachment.resize(voice.terminalSize());
        // The session and the channel's own closing do the rest; the visit is over when the client has gone.
        voice.channel().gone().join();
    }
}
