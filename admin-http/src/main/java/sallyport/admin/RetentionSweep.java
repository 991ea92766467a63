package sallyport.admin;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.db.DueRecording;
import sallyport.db.KeptRecordings;
import sallyport.db.SweepTurn;
import sallyport.db.UnremovedRecording;
import sallyport.policy.Environment;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.retention.ClockWatch;
import sallyport.policy.retention.Retention;
import sallyport.policy.retention.RetentionRule;
import sallyport.policy.session.SessionId;

/**
 * Removes recordings whose time is over: once an hour over all bastions, by rule alone, one in twenty at most, and none while
 * the clock cannot be believed (T45). There is no other way to remove one.
 *
 * <p>In this order, so that a crash leaves either the recording or a row that says it is removed: the row and the audit entry in
 * one transaction, then the files, then the row once more. The next look finishes what was cut short.
 *
 * <p>{@link #look} is for one thread; everything else is safe for any.
 */
public final class RetentionSweep {

    /** How long one sweep is after the one before it. */
    public static final Duration EVERY = Duration.ofHours(1);

    /** How many recordings are asked for at a time. */
    private static final int BATCH = 200;

    private static final Logger LOG = LoggerFactory.getLogger(RetentionSweep.class);

    private final KeptRecordings kept;
    private final Shredder shredder;
    private final Retention rules;
    private final Journal journal;
    private final LongSupplier nanos;
    /** What is known of time where there was never a sweep. */
    private final Optional<Instant> evidence;

    private final Map<Environment, LongAdder> purged = new EnumMap<>(Environment.class);
    private final LongAdder purgedBytes = new LongAdder();
    private volatile ClockWatch watch;
    /** Whether the wall clock agreed with what was stored once in this run; from then on the monotonic clock vouches for it. */
    private volatile boolean vouched;

    private volatile Optional<String> doubt = Optional.empty();
    private volatile long left;
    private volatile long unremoved;
    private volatile boolean stopped;

    private RetentionSweep(
            KeptRecordings kept,
            Shredder shredder,
            Retention rules,
            Journal journal,
            LongSupplier nanos,
            Optional<Instant> evidence) {
        this.kept = kept;
        this.shredder = shredder;
        this.rules = rules;
        this.journal = journal;
        this.nanos = nanos;
        this.evidence = evidence;
        this.watch = new ClockWatch(journal.now(), nanos.getAsLong());
        for (Environment environment : Environment.values()) {
            purged.put(environment, new LongAdder());
        }
    }

    /**
     * Takes note of both clocks and of what is stored. To be called at the start, before this run has stored anything that bears
     * its own idea of the time.
     *
     * @param nanos a monotonic clock in nanoseconds, as {@link System#nanoTime}
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public static RetentionSweep prepare(
            KeptRecordings kept, Shredder shredder, Retention rules, Journal journal, LongSupplier nanos) {
        return new RetentionSweep(kept, shredder, rules, journal, nanos, kept.newestEvidence());
    }

    /**
     * Sweeps if it is time to and the clock can be believed. To be called every few minutes, so that a clock that was set is
     * noticed soon.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer; what is decided by then stays decided
     * @throws java.io.UncheckedIOException if the audit journal takes nothing
     */
    public Swept look() {
        Instant now = journal.now();
        if (!vouched) {
            // A clock that was wrong at the start is not what a later one is measured by.
            watch = new ClockWatch(now, nanos.getAsLong());
        }
        Optional<String> wrong = judge(now);
        if (wrong.isPresent()) {
            halt(wrong.get());
            return new Swept.Halted(wrong.get());
        }
        vouched = true;
        if (doubt.isPresent()) {
            journal.log().append(journal.entry(new AuditEvent.RetentionResumed("the clock was put right")));
            LOG.info("the clock can be believed again; recordings are removed by it");
            doubt = Optional.empty();
        }
        long failed = finish(now);
        Optional<SweepTurn> turn = kept.takeTurn(now, EVERY);
        return turn.<Swept>map(t -> sweep(t, now, failed)).orElseGet(Swept.NotYet::new);
    }

    private Optional<String> judge(Instant now) {
        Optional<Instant> lastKnown =
                vouched ? Optional.empty() : kept.lastSweep().or(() -> evidence);
        return switch (watch.judge(lastKnown, now, nanos.getAsLong())) {
            case ClockWatch.Answer.Sound _ -> Optional.empty();
            case ClockWatch.Answer.Doubtful(String words) -> Optional.of(words);
        };
    }

    private void halt(String words) {
        boolean news = doubt.isEmpty();
        doubt = Optional.of(words);
        LOG.error(
                "no recording is removed any more: {}. Put the clock right and it goes on by itself; if the clock says"
                        + " the right time now ({}), run: ssh bastion retention resume --reason WHY",
                words,
                journal.now());
        if (news) {
            journal.log().append(journal.entry(new AuditEvent.RetentionHalted(words)));
        }
    }

    private Swept sweep(SweepTurn turn, Instant now, long failedBefore) {
        Tally tally = new Tally();
        tally.failed = failedBefore;
        // Where nothing is kept beyond the session, what ended since the last sweep goes with this one, however much it
        // is:
        // else it would pile up. What ended earlier, under another rule, goes by the share.
        turn.before()
                .ifPresent(before -> purge(endedBy(now, brief()), Optional.of(before), Long.MAX_VALUE, now, tally));
        purge(
                endedBy(now, EnumSet.allOf(Environment.class)),
                Optional.empty(),
                Retention.mostOfASweep(turn.kept()),
                now,
                tally);
        left = kept.counts(endedBy(now, EnumSet.allOf(Environment.class))).due();
        Swept.Done done = new Swept.Done(tally.recordings, tally.bytes, tally.oldestEnd, left, tally.failed);
        if (done.recordings() > 0 || done.failed() > 0) {
            journal.log()
                    .append(journal.entry(new AuditEvent.RetentionSwept(
                            done.recordings(), done.bytes(), done.oldestEnd(), done.left(), done.failed())));
            LOG.info(
                    "{} recordings were removed by rule, {} bytes; {} more are due, {} could not be removed",
                    done.recordings(),
                    done.bytes(),
                    done.left(),
                    done.failed());
        }
        return done;
    }

    private static final class Tally {
        private long recordings;
        private long bytes;
        private long failed;
        private Optional<Instant> oldestEnd = Optional.empty();
    }

    /** Removes what is due, {@code most} at most. */
    private void purge(
            SequencedMap<Environment, Instant> endedBy,
            Optional<Instant> notBefore,
            long most,
            Instant now,
            Tally tally) {
        long done = 0;
        while (done < most && !endedBy.isEmpty() && !stopped) {
            List<DueRecording> due = kept.due(endedBy, notBefore, (int) Math.min(BATCH, most - done));
            long before = done;
            for (DueRecording recording : due) {
                if (!stopped && purge(recording, now, tally)) {
                    done++;
                }
            }
            if (done == before) {
                return;
            }
        }
    }

    /** Whether it was decided here and now. */
    private boolean purge(DueRecording recording, Instant now, Tally tally) {
        RetentionRule rule = rules.rule(recording.environment());
        AuditEntry entry = journal.entry(new AuditEvent.RecordingPurged(
                recording.session(),
                rule.words(),
                rule.keepsUntil(recording.endedAt()),
                recording.bytes(),
                recording.sha256()));
        if (!kept.purge(recording.session(), rule, now, entry)) {
            return false;
        }
        tally.recordings++;
        tally.bytes += recording.bytes().orElse(0L);
        if (tally.oldestEnd.isEmpty() || recording.endedAt().isBefore(tally.oldestEnd.get())) {
            tally.oldestEnd = Optional.of(recording.endedAt());
        }
        LongAdder ofEnvironment = purged.get(recording.environment());
        if (ofEnvironment != null) {
            ofEnvironment.increment();
        }
        purgedBytes.add(recording.bytes().orElse(0L));
        if (!remove(recording.session(), rule.words(), now)) {
            tally.failed++;
        }
        return true;
    }

    /** Finishes what a crash or a failing disk left; returns how many could still not be removed. */
    private long finish(Instant now) {
        long failed = 0;
        for (UnremovedRecording recording : kept.unremoved(BATCH)) {
            if (!stopped && !remove(recording.session(), recording.rule(), now)) {
                failed++;
            }
        }
        unremoved = failed;
        return failed;
    }

    private boolean remove(SessionId session, String rule, Instant now) {
        try {
            if (!shredder.delete(session.toString(), rule)) {
                LOG.debug("of the recording of session {} nothing was there to remove", session);
            }
        } catch (IOException failed) {
            LOG.error(
                    "the recording of session {} is purged by rule ({}) but still on the disk; it is tried again",
                    session,
                    rule,
                    failed);
            return false;
        }
        kept.removed(session, now);
        return true;
    }

    private Set<Environment> brief() {
        Set<Environment> brief = EnumSet.noneOf(Environment.class);
        for (Environment environment : Environment.values()) {
            if (rules.rule(environment).days() == 0) {
                brief.add(environment);
            }
        }
        return brief;
    }

    /** For each of {@code environments} when a session must have ended for its recording to be due at {@code now}. */
    private SequencedMap<Environment, Instant> endedBy(Instant now, Set<Environment> environments) {
        SequencedMap<Environment, Instant> endedBy = new TreeMap<>();
        for (Environment environment : environments) {
            endedBy.put(
                    environment,
                    now.minus(Duration.ofDays(rules.rule(environment).days())));
        }
        return endedBy;
    }

    /**
     * How things stand now.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    RetentionStatus status() {
        Instant now = journal.now();
        return new RetentionStatus(rules, kept.counts(endedBy(now, EnumSet.allOf(Environment.class))), judge(now), now);
    }

    /**
     * Goes by the present time from now on, because {@code caller} says that it is right; the next sweep is an hour away.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    void trust(Caller caller, String reason) {
        Instant now = journal.now();
        kept.trust(now, journal.entry(caller, new AuditEvent.RetentionResumed(reason)));
        watch = new ClockWatch(now, nanos.getAsLong());
        vouched = true;
        doubt = Optional.empty();
        LOG.warn(
                "{} says that the clock is right; recordings are removed by it again",
                caller.person().name());
    }

    /** Ends a look that runs after the recording it is at. */
    public void stop() {
        stopped = true;
    }

    /** Whether nothing is removed because the clock was not believed at the last look. */
    public boolean isHalted() {
        return doubt.isPresent();
    }

    /** How many recordings were removed in this run. */
    public long purged(Environment environment) {
        LongAdder count = purged.get(environment);
        return count == null ? 0 : count.sum();
    }

    /** How many bytes of sealed recordings were removed in this run. */
    public long purgedBytes() {
        return purgedBytes.sum();
    }

    /** How many recordings were due and left by the last sweep. */
    public long left() {
        return left;
    }

    /** How many count as removed while something of them is still on the disk, as far as the last look knows. */
    public long unremoved() {
        return unremoved;
    }
}
