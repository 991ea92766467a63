package sallyport.policy.audit;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
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

    /** A session's row was written; its backend starts next. */
    record SessionOpened(
            SessionId session,
            String name,
            TargetName target,
            Login login,
            String mode,
            String command,
            Optional<String> reason,
            Optional<RequestCode> request,
            String rule)
            implements OfSession {
        @Override
        public String action() {
            return "session.opened";
        }
    }

    /** A client joined. */
    record SessionAttached(SessionId session, KeyFingerprint key, int columns, int rows) implements OfSession {
        @Override
        public String action() {
            return "session.attached";
        }
    }

    /** The last client left and the program runs on. */
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

    /**
     * It is over.
     *
     * @param state {@code ended} or {@code failed}
     */
    record SessionEnded(
            SessionId session,
            String state,
            String ending,
            String detail,
            Optional<Integer> exitStatus,
            long outputBytes)
            implements OfSession {
        @Override
        public String action() {
            return "session.ended";
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
