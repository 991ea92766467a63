package sallyport.policy.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.RequestCode;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionId;

/**
 * What happened. Each event has a dotted {@link #action}, the word that rows, exports and webhooks use; its components are
 * the details.
 */
public sealed interface AuditEvent {

    /** The word, as {@code session.opened}. */
    String action();

    /** An event of one session. */
    sealed interface OfSession extends AuditEvent {
        SessionId session();
    }

    /** A key was proven and its person let in. */
    record LoggedIn(KeyFingerprint key, String client) implements AuditEvent {
        @Override
        public String action() {
            return "login.accepted";
        }
    }

    /** A login ended without success: nobody knows the key, or it was never proven. */
    record LoginRefused(String user, String cause) implements AuditEvent {
        @Override
        public String action() {
            return "login.refused";
        }
    }

    /** A visit was refused. */
    record AccessDenied(String target, String login, String mode, String cause) implements AuditEvent {
        @Override
        public String action() {
            return "access.denied";
        }
    }

    /** Somebody asked to be let in. */
    record RequestMade(RequestCode code, TargetName target, Login login, String reason, Duration duration)
            implements AuditEvent {
        @Override
        public String action() {
            return "access.requested";
        }
    }

    /** The asker took the request back. */
    record RequestCancelled(RequestCode code) implements AuditEvent {
        @Override
        public String action() {
            return "access.cancelled";
        }
    }

    /** Somebody else agreed. */
    record RequestApproved(RequestCode code, UUID grant, String note) implements AuditEvent {
        @Override
        public String action() {
            return "access.approved";
        }
    }

    /** Somebody else said no. */
    record RequestDenied(RequestCode code, String note) implements AuditEvent {
        @Override
        public String action() {
            return "access.denied_by_person";
        }
    }

    /**
     * A session's row was written; its backend starts next.
     *
     * @param recordsInput what is recorded of what people type in it
     */
    record SessionOpened(
            SessionId session,
            String name,
            TargetName target,
            Login login,
            String mode,
            String command,
            Optional<String> reason,
            Optional<RequestCode> request,
            String rule,
            InputRecording recordsInput)
            implements OfSession {
        @Override
        public String action() {
            return "session.opened";
        }
    }

    /**
     * A client joined: the entry's actor.
     *
     * @param role {@code driver}, {@code co-driver} or {@code viewer}
     */
    record SessionAttached(SessionId session, KeyFingerprint key, String role, int columns, int rows)
            implements OfSession {
        @Override
        public String action() {
            return "session.attached";
        }
    }

    /** A client left, and somebody else is still in it, or it only watched. */
    record SessionLeft(SessionId session, String role, String cause) implements OfSession {
        @Override
        public String action() {
            return "session.left";
        }
    }

    /** A client took the session over from others, who were sent away. */
    record SessionTakenOver(SessionId session, KeyFingerprint key, int sentAway) implements OfSession {
        @Override
        public String action() {
            return "session.taken_over";
        }
    }

    /** From here on what is typed comes from the entry's actor, at the entry's source. */
    record SessionDriverChanged(SessionId session) implements OfSession {
        @Override
        public String action() {
            return "session.driver_changed";
        }
    }

    /** Its terminal was given a fixed size, or 0 by 0: the size of whoever types. */
    record SessionSized(SessionId session, int columns, int rows) implements OfSession {
        @Override
        public String action() {
            return "session.sized";
        }
    }

    /** It has another name. */
    record SessionRenamed(SessionId session, String from, String to) implements OfSession {
        @Override
        public String action() {
            return "session.renamed";
        }
    }

    /** It points to a ticket or a chat thread; an empty {@code url} takes the pointer away. */
    record SessionLinked(SessionId session, String url) implements OfSession {
        @Override
        public String action() {
            return "session.linked";
        }
    }

    /** Somebody read its screen or scrollback without being in it. */
    record SessionViewed(SessionId session, String what) implements OfSession {
        @Override
        public String action() {
            return "session.viewed";
        }
    }

    /** Its owner threw it away; {@link SessionEnded} follows. */
    record SessionDestroyed(SessionId session, String cause) implements OfSession {
        @Override
        public String action() {
            return "session.destroyed";
        }
    }

    /** Somebody took its description and scrollback away as a document. */
    record SessionSaved(SessionId session, long bytes) implements OfSession {
        @Override
        public String action() {
            return "session.saved";
        }
    }

    /**
     * An ended session was made from a document.
     *
     * @param origin which session, on which bastion, saved when and by whom, as the document says
     */
    record SessionRestored(SessionId session, String name, TargetName target, Login login, String origin)
            implements OfSession {
        @Override
        public String action() {
            return "session.restored";
        }
    }

    /**
     * A session whose row was lost, as its recording shows, has one again.
     *
     * @param bytes size of the sealed recording
     * @param sha256 hex digest of the sealed recording
     */
    record SessionRegistered(SessionId session, String name, TargetName target, Login login, long bytes, String sha256)
            implements OfSession {
        @Override
        public String action() {
            return "session.registered";
        }
    }

    /** Somebody hid ended sessions from their own list; nothing was deleted. */
    record SessionsCleared(long sessions) implements AuditEvent {
        @Override
        public String action() {
            return "session.cleared";
        }
    }

    /** The last client that may type left, and the program runs on. */
    record SessionDetached(SessionId session, String cause) implements OfSession {
        @Override
        public String action() {
            return "session.detached";
        }
    }

    /** Somebody ordered it to end; {@link SessionEnded} follows. */
    record SessionRevoked(SessionId session, String reason) implements OfSession {
        @Override
        public String action() {
            return "session.revoked";
        }
    }

    /** From here on what its program writes is not recorded any more, but counted; {@code kept} bytes are. */
    record SessionOutputLimited(SessionId session, long kept) implements OfSession {
        @Override
        public String action() {
            return "session.output_limited";
        }
    }

    /**
     * All that a program wrote, whether it is recorded or not.
     *
     * @param stdoutSha256 in hex
     * @param stderrSha256 in hex
     */
    record WholeOutput(long stdoutBytes, String stdoutSha256, long stderrBytes, String stderrSha256) {}

    /**
     * It is over.
     *
     * @param state {@code ended} or {@code failed}
     * @param whole what its program wrote, if {@link SessionOutputLimited} came before
     */
    record SessionEnded(
            SessionId session,
            String state,
            String ending,
            String detail,
            Optional<Integer> exitStatus,
            long outputBytes,
            Optional<WholeOutput> whole)
            implements OfSession {
        @Override
        public String action() {
            return "session.ended";
        }
    }

    /**
     * What was in a file was taken away.
     *
     * @param path as the client named it; what could mislead in it is escaped
     * @param bytes that passed
     * @param ranges which ones, as {@code 1000-4999}; empty if all of it passed once, in order
     * @param sha256 of the file in hex, if all of it passed once, in order
     */
    record FileRead(SessionId session, String path, long bytes, String ranges, Optional<String> sha256)
            implements OfSession {
        @Override
        public String action() {
            return "file.read";
        }
    }

    /** A file was written; its components are as with {@link FileRead}. */
    record FileWritten(SessionId session, String path, long bytes, String ranges, Optional<String> sha256)
            implements OfSession {
        @Override
        public String action() {
            return "file.written";
        }
    }

    /** A file or an empty folder was removed. */
    record FileRemoved(SessionId session, String path) implements OfSession {
        @Override
        public String action() {
            return "file.removed";
        }
    }

    /** A file or folder has another name. */
    record FileRenamed(SessionId session, String from, String to) implements OfSession {
        @Override
        public String action() {
            return "file.renamed";
        }
    }

    /**
     * Something was made that is no file.
     *
     * @param what {@code folder}, or {@code link to PATH}, or {@code hard link to PATH}
     */
    record FileMade(SessionId session, String path, String what) implements OfSession {
        @Override
        public String action() {
            return "file.made";
        }
    }

    /**
     * What is known of a file was changed.
     *
     * @param what as {@code mode 0644, times}
     */
    record FileChanged(SessionId session, String path, String what) implements OfSession {
        @Override
        public String action() {
            return "file.changed";
        }
    }

    /**
     * A command copied files of which no more is known than this.
     *
     * @param program as {@code rsync}
     * @param access {@code read} or {@code write}
     * @param path as the client named it; what could mislead in it is escaped
     * @param fromTarget bytes of its protocol that the target sent
     * @param toTarget bytes of its protocol that the client sent
     * @param what what else is known, as which refs of a repository; may be empty
     */
    record FilesCopied(
            SessionId session, String program, String access, String path, long fromTarget, long toTarget, String what)
            implements OfSession {
        @Override
        public String action() {
            return "files.copied";
        }
    }

    /** Something with a file was refused by the bastion, and did not reach the target. */
    record FileRefused(SessionId session, String operation, String cause) implements OfSession {
        @Override
        public String action() {
            return "file.refused";
        }
    }

    /**
     * Something began to pass besides what runs in sessions.
     *
     * @param kind {@code local}, {@code remote}, {@code agent} or {@code x11}; {@code listening}: the target waits for connections
     *     that will be {@code remote}
     * @param from who asked for it: {@code client} or {@code target}
     * @param to where it leads, as it was asked for
     */
    record ForwardOpened(SessionId session, String kind, String from, String to) implements OfSession {
        @Override
        public String action() {
            return "forward.opened";
        }
    }

    /**
     * It is over; its first components are as with {@link ForwardOpened}.
     *
     * @param sent bytes that passed from who asked for it
     * @param received bytes that passed to who asked for it
     * @param cause {@code closed}, or why it was cut off
     */
    record ForwardClosed(
            SessionId session,
            String kind,
            String from,
            String to,
            long sent,
            long received,
            Duration duration,
            String cause)
            implements OfSession {
        @Override
        public String action() {
            return "forward.closed";
        }
    }

    /**
     * Something was not let through.
     *
     * @param target empty: the connection is to none
     * @param kind as with {@link ForwardOpened}
     */
    record ForwardRefused(String target, String login, String kind, String to, String cause) implements AuditEvent {
        @Override
        public String action() {
            return "forward.refused";
        }
    }

    /**
     * A program on the target asked the client's agent for a signature.
     *
     * @param key the fingerprint of the key that it was to be made with
     * @param signed whether the agent made it
     */
    record AgentUsed(SessionId session, KeyFingerprint key, boolean signed) implements OfSession {
        @Override
        public String action() {
            return "agent.used";
        }
    }

    /** Its recording is complete. */
    record RecordingSealed(SessionId session, long bytes, String sha256) implements OfSession {
        @Override
        public String action() {
            return "recording.sealed";
        }
    }

    /** Somebody took a copy of a recording. */
    record RecordingDownloaded(SessionId session, String format) implements OfSession {
        @Override
        public String action() {
            return "recording.downloaded";
        }
    }

    /** Somebody ordered a recording to be kept, whatever the rule says. */
    record RecordingHeld(SessionId session, int hold, String reason) implements OfSession {
        @Override
        public String action() {
            return "recording.held";
        }
    }

    /** Somebody let go of a hold. */
    record RecordingReleased(SessionId session, int hold, String reason) implements OfSession {
        @Override
        public String action() {
            return "recording.released";
        }
    }

    /**
     * A recording's time was over, and it is removed. Stored before its files go, so that none is ever missing without this.
     *
     * @param rule as {@code production 365 days}
     * @param keptUntil when its time was over
     * @param bytes of the sealed recording, if it was sealed
     * @param sha256 of the sealed recording, if it was sealed
     */
    record RecordingPurged(
            SessionId session, String rule, Instant keptUntil, Optional<Long> bytes, Optional<String> sha256)
            implements OfSession {
        @Override
        public String action() {
            return "recording.purged";
        }
    }

    /**
     * Recordings whose time was over were removed; each has a {@link RecordingPurged} of its own.
     *
     * @param recordings how many
     * @param bytes of those that were sealed
     * @param oldestEnd when the session of the oldest one ended
     * @param left how many more are due, and wait for the next sweep because of the share that one may take
     * @param failed how many could not be removed from the disk and are tried again
     */
    record RetentionSwept(long recordings, long bytes, Optional<Instant> oldestEnd, long left, long failed)
            implements AuditEvent {
        @Override
        public String action() {
            return "retention.swept";
        }
    }

    /** No recording is removed any more, because the clock cannot be believed. */
    record RetentionHalted(String cause) implements AuditEvent {
        @Override
        public String action() {
            return "retention.halted";
        }
    }

    /** Somebody said that the clock is right, or it was put right: recordings are removed by it again. */
    record RetentionResumed(String cause) implements AuditEvent {
        @Override
        public String action() {
            return "retention.resumed";
        }
    }

    /**
     * Somebody searched recordings.
     *
     * @param in {@code commands} or {@code screens}
     * @param text what was searched for, as it was typed
     * @param whose whose recordings were searched: a name, or {@code everybody}
     * @param narrowed what else narrowed the search, as {@code target db-7 since 2026-11-01T00:00:00.000Z}; may be empty
     * @param matches how many were shown
     */
    record RecordingsSearched(String in, String text, String whose, String narrowed, int matches)
            implements AuditEvent {
        @Override
        public String action() {
            return "recording.searched";
        }
    }

    /** Somebody had a recording read again for the search. */
    record RecordingReindexed(SessionId session, int commands, int lines) implements OfSession {
        @Override
        public String action() {
            return "recording.reindexed";
        }
    }

    /** Somebody had all recordings read again for the search; it goes on by itself. */
    record RecordingsReindexed(int recordings) implements AuditEvent {
        @Override
        public String action() {
            return "recording.all_reindexed";
        }
    }

    /** Somebody had the whole log verified. */
    record LogVerified() implements AuditEvent {
        @Override
        public String action() {
            return "log.verified";
        }
    }

    /** Somebody took the history away. */
    record HistoryExported(String format, String since, long rows) implements AuditEvent {
        @Override
        public String action() {
            return "history.exported";
        }
    }

    /** An API token was made; its secret is nowhere in here. */
    record TokenCreated(UUID token, String name, Duration life) implements AuditEvent {
        @Override
        public String action() {
            return "token.created";
        }
    }

    /** People, roles, targets and rules were read from a file into the database. */
    record AccessApplied(String file, String sha256, int people, int targets, int rules) implements AuditEvent {
        @Override
        public String action() {
            return "policy.applied";
        }
    }

    /** The bastion serves. */
    record BastionStarted(String version) implements AuditEvent {
        @Override
        public String action() {
            return "bastion.started";
        }
    }

    /** The bastion was stopped in good order. */
    record BastionStopped() implements AuditEvent {
        @Override
        public String action() {
            return "bastion.stopped";
        }
    }
}
