package sallyport.bastion.ssh;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Caller;
import sallyport.bastion.console.MenuChoice;
import sallyport.bastion.session.Entry;
import sallyport.bastion.session.LiveSession;
import sallyport.db.DatabaseAway;
import sallyport.policy.AccessPolicy;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionRow;

/**
 * One shell, exec or subsystem request, from the question whether it may be to its exit status. Runs on a virtual thread of
 * its own, so it may wait: for the database, for a person, for a target.
 *
 * <p>{@link #run} finds out where to; {@link #toTarget} is the story of a session: {@link Admission} decides, asks for a
 * reason, waits for an approval or refuses in words; {@link Entrance} leads back to a running session or opens one, and stays
 * until the client has gone.
 */
final class Visit implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Visit.class);

    private final VisitDesk desk;
    private final Connection connection;
    private final Mode mode;
    private final ProgramEnvironment environment;
    private final Voice voice;
    private final Admission admission;
    private final Entrance entrance;

    Visit(VisitDesk desk, Connection connection, ClientChannel channel, Mode mode, ProgramEnvironment environment) {
        this.desk = desk;
        this.connection = connection;
        this.mode = mode;
        this.environment = environment;
        this.voice = new Voice(channel);
        this.admission = new Admission(desk, connection, voice, this::person);
        this.entrance = new Entrance(desk, connection, voice, environment, this::mayStill);
    }

    @Override
    public void run() {
        try {
            switch (connection.destination()) {
                case Destination.ToTarget to -> toTarget(to);
                case Destination.ToSession to -> toSession(to);
                case Destination.Bare(String word) -> bare(word);
                case Destination.Malformed(String words) -> voice.refuse(252, words + ".");
            }
        } catch (DatabaseAway away) {
            voice.refuse(
                    250,
                    "nothing new can be opened: the database does not answer. Running sessions go on. Try again in a"
                            + " minute.");
        } catch (NotLetIn removed) {
            voice.refuse(252, "you are not let in here any more. Nothing was opened. Ask whoever runs this bastion.");
        } catch (Voice.Gone gone) {
            // Politely: of a channel that is closed at once the client is not told, and one that lives would wait for
            // ever.
            voice.channel().close(false);
        } catch (RuntimeException e) {
            log.error("a visit of {} from {} broke", connection.person().name(), connection.source(), e);
            voice.refuse(
                    250, "something inside the bastion broke. Tell whoever runs it; the log of this minute says more.");
        }
    }

    /** The person as they are now, not as they were at login, and only while the key they came with is theirs (T17). */
    private Person person() {
        return desk.personNow(connection).orElseThrow(NotLetIn::new);
    }

    // --- a session on a target ---

    private void toTarget(Destination.ToTarget to) {
        Optional<Reason> reason;
        try {
            reason = to.options().reason().or(() -> environment.reason().map(Reason::new));
        } catch (IllegalArgumentException e) {
            voice.refuse(251, "the reason in the environment cannot be used: " + Visible.text(e.getMessage()) + ".");
            return;
        }
        Admission.Wish wish = new Admission.Wish(mode, reason, to.options().duration());
        switch (admission.admit(to.login(), to.target(), wish)) {
            case Admission.Answer.Admitted(Permit permit) -> entrance.enter(permit, to.options());
            case Admission.Answer.Pending(String words) -> voice.refuse(251, words);
            case Admission.Answer.Refused(String words) -> voice.refuse(252, words);
        }
    }

    // --- a session that runs ---

    private void toSession(Destination.ToSession to) {
        Person person = person();
        Optional<LiveSession> session = desk.sessions().named(person.id(), to.nameOrCode());
        if (session.isEmpty()) {
            voice.refuse(
                    252,
                    "no running session \"%s\" of yours. See: ssh bastion session list".formatted(to.nameOrCode()));
            return;
        }
        if (!session.get().canBeRejoined() || !mode.outlivesConnection()) {
            voice.refuse(252, "a session is entered with a terminal: ssh -t s+%s@bastion".formatted(to.nameOrCode()));
            return;
        }
        entrance.into(
                session.get(),
                person,
                to.readOnly()
                        ? Optional.of(Entry.WATCH)
                        : to.takeOver() ? Optional.of(Entry.TAKE_OVER) : Optional.empty());
    }

    /** Why its owner may not enter a session now, if they may not: the rules are asked as for a new one (T17, T20). */
    private Optional<String> mayStill(LiveSession session) {
        SessionRow row = session.row();
        Attempt attempt = new Attempt(
                person(),
                connection.key(),
                connection.source(),
                row.target(),
                row.login(),
                new Mode.Shell(true),
                row.reason(),
                Optional.empty());
        Decision decision = AccessPolicy.decide(
                attempt, desk.access().facts(attempt, desk.clock().instant()));
        return decision instanceof Decision.Permitted
                ? Optional.empty()
                : Optional.of("your access to %s has ended. Ask again: ssh %s+%s@bastion"
                        .formatted(row.target(), row.login(), row.target()));
    }

    // --- the console ---

    private void bare(String word) {
        Person person = personEvenWithoutDatabase();
        boolean isSelf = word.equals(person.name().value());
        if (!isSelf) {
            Optional<TargetName> target = asTarget(word);
            if (target.isPresent() && desk.onlyLogin(person, target.get()).isPresent()) {
                toTarget(new Destination.ToTarget(Optional.empty(), target.get(), Destination.Options.NONE));
                return;
            }
        }
        Caller caller = new Caller(person, connection.source(), Optional.of(connection.key()));
        switch (mode) {
            case Mode.Exec(var command, boolean _) ->
                voice.finish(desk.console().run(caller, command, voice.console(), doors(person)));
            case Mode.Subsystem(String name) ->
                voice.refuse(
                        252, "the subsystem %s needs a target: LOGIN+TARGET@bastion".formatted(Visible.text(name)));
            case Mode.Job _, Mode.Forwarding _ ->
                throw new IllegalStateException("no client asks to run " + mode.word() + " on a session channel");
            case Mode.Shell(boolean terminal) -> {
                if (!terminal) {
                    voice.finish(desk.console().run(caller, "help", voice.console()));
                    return;
                }
                if (!isSelf) {
                    voice.say("no target \"" + Visible.text(word) + "\" for you. These are yours:");
                }
                menu(caller);
            }
        }
    }

    private VisitDoors doors(Person person) {
        return new VisitDoors(desk, connection, person, voice, admission, entrance);
    }

    private void menu(Caller caller) {
        switch (desk.menu().choose(caller, voice.console())) {
            case MenuChoice.OpenTarget(Login login, TargetName target) ->
                toTarget(new Destination.ToTarget(Optional.of(login), target, Destination.Options.NONE));
            case MenuChoice.ResumeSession(var id) -> toSession(new Destination.ToSession(id.toString(), false, false));
            case MenuChoice.Quit _ -> voice.finish(0);
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

    /** The target that {@code word} can name. */
    static Optional<TargetName> asTarget(String word) {
        try {
            return Optional.of(new TargetName(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The person was let in at login, and would not be now. */
    private static final class NotLetIn extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotLetIn() {
            super(null, null, false, false);
        }
    }
}
