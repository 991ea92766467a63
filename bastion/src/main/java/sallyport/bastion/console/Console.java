package sallyport.bastion.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.ApprovalOperations;
import sallyport.admin.Caller;
import sallyport.admin.ExportOperations;
import sallyport.admin.HistoryOperations;
import sallyport.admin.LogOperations;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RetentionOperations;
import sallyport.admin.SearchOperations;
import sallyport.admin.SessionOperations;
import sallyport.admin.TargetOperations;
import sallyport.admin.Times;
import sallyport.admin.TokenOperations;
import sallyport.admin.VerifyOperations;
import sallyport.db.DatabaseAway;
import sallyport.db.PersonSettings;
import sallyport.policy.Command;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;

/** The command line over ssh: {@code ssh bastion <noun> <verb> ...}. Safe for any thread. */
public final class Console {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    private final Commands commands;
    private final InstantSource clock;

    /**
     * The collaborators belong to the caller and are not closed here.
     *
     * @param jump what {@code config} prints
     * @param people finds a person by name, for {@code --person}; may throw {@link DatabaseAway}
     * @param nanos a monotonic clock in nanoseconds, as {@link System#nanoTime}
     * @param version what {@code version} prints, as {@code 0.1.0}
     */
    public Console(
            SessionOperations sessions,
            ApprovalOperations approvals,
            RecordingOperations recordings,
            VerifyOperations verifying,
            LogOperations log,
            ExportOperations exporting,
            RetentionOperations retention,
            HistoryOperations history,
            SearchOperations search,
            TokenOperations tokens,
            TargetOperations targets,
            JumpLines jump,
            Function<PersonName, Optional<PersonId>> people,
            PersonSettings settings,
            InstantSource clock,
            LongSupplier nanos,
            String version) {
        this.clock = clock;
        this.commands = new Commands(Stream.of(
                        new TargetCommands(targets).verbs(),
                        new ConfigCommands(targets, jump).verbs(),
                        new SessionCommands(sessions, recordings, people).verbs(),
                        new ApprovalCommands(approvals).verbs(),
                        new RecordingCommands(recordings, nanos).verbs(),
                        new RecordingVerifying(verifying).verbs(),
                        new RecordingExporting(exporting, people).verbs(),
                        new RetentionCommands(retention).verbs(),
                        new HistoryCommands(history, people).verbs(),
                        new AuditCommands(search, people).verbs(),
                        new LogCommands(log).verbs(),
                        new TokenCommands(tokens).verbs(),
                        new MeCommands(settings, version).verbs())
                .flatMap(List::stream)
                .toList());
    }

    /** As the other one, for a command that goes into no session. */
    public int run(Caller caller, String line, ConsoleChannel channel) {
        return run(caller, new Command(line.getBytes(StandardCharsets.UTF_8)), channel, new NoDoors());
    }

    /**
     * Runs one command on the calling thread and prints its answer; an empty line is {@code help}.
     *
     * @param caller with the permissions of now
     * @param line the exec request, as the client sent it
     * @param doors the way into sessions; used by the commands that go into one, for the rest of the visit
     * @return the exit status: 0 ok, 1 failed, 2 usage, 3 not found, 4 not permitted, 5 pending or timed out, 6 ambiguous,
     *     7 conflict, 8 target offline; of a command that went into a session, what {@code doors} said
     */
    public int run(Caller caller, Command line, ConsoleChannel channel, SessionDoors doors) {
        Output output = new Output(channel);
        Call call = new Call(caller, clock.instant(), output, channel, doors);
        try {
            return guarded(call, line).status();
        } catch (IOException gone) {
            LOG.debug(
                    "the client of {} took no more of its answer",
                    caller.person().name(),
                    gone);
            return Exit.FAILED.status();
        }
    }

    private Exit guarded(Call call, Command line) throws IOException {
        try {
            return commands.run(call, line);
        } catch (DatabaseAway away) {
            LOG.warn(
                    "a command of {} met a database that is away",
                    call.caller().person().name(),
                    away);
            return call.fail(
                    Exit.FAILED,
                    "the database does not answer, so this did not work; running sessions go on and session revoke"
                            + " works, try the rest again in a minute");
        } catch (UncheckedIOException unkept) {
            LOG.error("a command of {} failed", call.caller().person().name(), unkept);
            return call.fail(Exit.FAILED, words(unkept));
        } catch (IOException broken) {
            if (call.output().isBroken()) {
                throw broken;
            }
            LOG.error("a command of {} failed", call.caller().person().name(), broken);
            return call.fail(Exit.FAILED, "it stopped half-way: " + broken.getMessage());
        } catch (RuntimeException unexpected) {
            LOG.error("a command of {} broke", call.caller().person().name(), unexpected);
            return call.fail(
                    Exit.FAILED,
                    "something broke inside the bastion; tell its operator, the log of " + Times.utc(call.now())
                            + " has more");
        }
    }

    /** Its own words, if whoever threw it wrote some; else it was the journal. */
    private static String words(UncheckedIOException unkept) {
        String message = String.valueOf(unkept.getMessage());
        return message.equals(String.valueOf(unkept.getCause()))
                ? "this could not be written into the audit journal, so it was not done; tell the operator"
                : message;
    }
}
