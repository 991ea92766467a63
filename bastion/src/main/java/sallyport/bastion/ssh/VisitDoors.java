package sallyport.bastion.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import sallyport.bastion.console.SessionDoors;
import sallyport.bastion.session.Entry;
import sallyport.bastion.session.JoinOutcome;
import sallyport.bastion.session.LiveSession;
import sallyport.bastion.session.OpenOutcome;
import sallyport.policy.Command;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permission;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionId;

/** The ways that the console's commands have into sessions: the same admission and the same entrance as everybody's. */
final class VisitDoors implements SessionDoors {

    // Exit codes of commands, not of sessions.
    private static final int USAGE = 2;
    private static final int NOT_FOUND = 3;
    private static final int NOT_PERMITTED = 4;
    private static final int PENDING = 5;
    private static final int CONFLICT = 7;
    private static final int TARGET_OFFLINE = 8;

    private final VisitDesk desk;
    private final Connection connection;
    private final Person person;
    private final Voice voice;
    private final Admission admission;
    private final Entrance entrance;

    VisitDoors(
            VisitDesk desk, Connection connection, Person person, Voice voice, Admission admission, Entrance entrance) {
        this.desk = desk;
        this.connection = connection;
        this.person = person;
        this.voice = voice;
        this.admission = admission;
        this.entrance = entrance;
    }

    @Override
    public int attach(SessionId id, boolean takeover, boolean readOnly) {
        Optional<LiveSession> session = desk.sessions().live(id);
        if (session.isEmpty()) {
            voice.say("session " + id.code() + " has just ended.");
            return NOT_FOUND;
        }
        if (!voice.hasTerminal()) {
            voice.say("a session is entered with a terminal: ssh -t bastion session attach " + id.code());
            return USAGE;
        }
        if (!session.get().canBeRejoined()) {
            voice.say("session " + id.code() + " has no terminal to enter; it ends with its connection.");
            return CONFLICT;
        }
        boolean own = session.get().row().person().equals(person.id());
        if (!own && !readOnly) {
            voice.say("only its owner may type in session " + id.code() + ". Look on: session watch " + id.code());
            return NOT_PERMITTED;
        }
        if (!own && !person.may(Permission.VIEW_RECORDING)) {
            voice.say("looking at other people's sessions needs " + Permission.VIEW_RECORDING.word()
                    + ", which none of your roles has.");
            return NOT_PERMITTED;
        }
        entrance.into(
                session.get(),
                person,
                readOnly ? Optional.of(Entry.WATCH) : takeover ? Optional.of(Entry.TAKE_OVER) : Optional.empty());
        return 0;
    }

    @Override
    public int create(
            Optional<Login> login,
            TargetName target,
            Optional<SessionName> name,
            Optional<Reason> reason,
            Optional<Duration> duration,
            Optional<Command> command) {
        if (name.flatMap(wanted -> desk.sessions().named(person.id(), wanted.value()))
                .isPresent()) {
            voice.say("you have a session named \"" + name.get() + "\" already. Take another name.");
            return CONFLICT;
        }
        Mode mode = command.<Mode>map(Mode.Job::new).orElse(new Mode.Shell(true));
        return switch (admission.admit(login, target, new Admission.Wish(mode, reason, duration))) {
            case Admission.Answer.Admitted(Permit permit) -> opened(entrance.openDetached(permit, name), mode);
            case Admission.Answer.Pending(String words) -> said(words, PENDING);
            case Admission.Answer.Refused(String words) -> said(words, NOT_PERMITTED);
        };
    }

    private int opened(OpenOutcome outcome, Mode mode) {
        return switch (outcome) {
            case OpenOutcome.Opened(LiveSession session, var _) -> {
                var row = session.row();
                print(row.id().code() + "\n");
                voice.say("\"%s\" runs on %s with nobody in it. Look: ssh bastion session show %s --tail 50    %s"
                        .formatted(
                                row.name(),
                                row.target(),
                                row.id().code(),
                                mode instanceof Mode.Job
                                        ? "watch: ssh -t bastion session watch "
                                                + row.id().code()
                                        : "enter: ssh s+" + row.name() + "@bastion"));
                yield 0;
            }
            case OpenOutcome.NotOpened(var ending, String words) ->
                said(words, ending.exitStatus() == 255 ? TARGET_OFFLINE : 1);
        };
    }

    private int said(String words, int code) {
        voice.say(words);
        return code;
    }

    private void print(String line) {
        try {
            OutputStream out = voice.console().out();
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException gone) {
            throw new Voice.Gone();
        }
    }

    @Override
    public int follow(SessionId id, int tail, OutputStream text) {
        Optional<LiveSession> session = desk.sessions().live(id);
        if (session.isPresent()) {
            TextFollower follower = new TextFollower(text, voice.channel().gone());
            switch (desk.sessions().join(session.get(), follower.newcomer(person, connection, tail), Entry.WATCH)) {
                case JoinOutcome.Joined(var attachment) ->
                    follower.follow(attachment).ifPresent(voice::say);
                case JoinOutcome.Closed(String words) -> voice.say(words);
                case JoinOutcome.Occupied _ -> throw new IllegalStateException("a viewer needs no room");
            }
        }
        return 0;
    }
}
