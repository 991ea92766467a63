package sallyport.policy.session;

import java.time.Duration;
import sallyport.policy.PersonName;
import sallyport.policy.Spans;

/** Why a session is over. */
public sealed interface Ending {

    /** The word in rows and data. */
    String word();

    /** The exit status that the client of the session sees (RFC 4254 section 6.10), 0 to 255. */
    int exitStatus();

    /** The program ended by itself with {@code status}, 0 to 255. */
    record Exited(int status) implements Ending {
        @Override
        public String word() {
            return "exited";
        }

        @Override
        public int exitStatus() {
            return status;
        }
    }

    /**
     * The program was killed on the target: an exit-signal (RFC 4254 section 6.10).
     *
     * @param name without SIG, as {@code TERM}
     */
    record Signalled(String name, boolean coreDumped, String message) implements Ending {
        @Override
        public String word() {
            return "signalled";
        }

        /** OpenSSH's client ends with 255 when the peer sends an exit-signal. */
        @Override
        public int exitStatus() {
            return 255;
        }
    }

    /** Somebody who may do so ended it. */
    record Revoked(PersonName by, String reason) implements Ending {
        @Override
        public String word() {
            return "revoked";
        }

        @Override
        public int exitStatus() {
            return 254;
        }
    }

    /** The grant that it rested on ran out. */
    record GrantEnded() implements Ending {
        @Override
        public String word() {
            return "grant_ended";
        }

        @Override
        public int exitStatus() {
            return 253;
        }
    }

    /** People, keys, targets or rules were changed, and the right to it with them. */
    record AccessWithdrawn() implements Ending {
        @Override
        public String word() {
            return "access_withdrawn";
        }

        @Override
        public int exitStatus() {
            return 254;
        }
    }

    /** Nobody typed for so long while somebody was in it, and the environment ends such sessions. */
    record Inactive(Duration limit) implements Ending {
        @Override
        public String word() {
            return "inactive";
        }

        @Override
        public int exitStatus() {
            return 253;
        }
    }

    /** Nobody came back to it for so long. */
    record DetachedTooLong(Duration limit) implements Ending {
        @Override
        public String word() {
            return "detached_too_long";
        }

        @Override
        public int exitStatus() {
            return 253;
        }
    }

    /** Its connection was lost, and nobody came back within the grace window. */
    record GraceOver(Duration limit) implements Ending {
        @Override
        public String word() {
            return "grace_over";
        }

        @Override
        public int exitStatus() {
            return 253;
        }
    }

    /** Its owner threw it away. */
    record Destroyed(PersonName by) implements Ending {
        @Override
        public String word() {
            return "destroyed";
        }

        @Override
        public int exitStatus() {
            return 254;
        }
    }

    /** The target refused, was not there, or went away. */
    record TargetLost(String cause) implements Ending {
        @Override
        public String word() {
            return "target_lost";
        }

        @Override
        public int exitStatus() {
            return 255;
        }
    }

    /** The client of a session that does not outlive its connection went away. */
    record ClientGone() implements Ending {
        @Override
        public String word() {
            return "client_gone";
        }

        @Override
        public int exitStatus() {
            return 255;
        }
    }

    /** A byte could not be recorded, so nothing more was relayed. */
    record RecordingFailed(String cause) implements Ending {
        @Override
        public String word() {
            return "recording_failed";
        }

        @Override
        public int exitStatus() {
            return 250;
        }
    }

    /** The bastion was stopped in good order. */
    record BastionStopped() implements Ending {
        @Override
        public String word() {
            return "bastion_stopped";
        }

        @Override
        public int exitStatus() {
            return 250;
        }
    }

    /** The bastion died; found and said at its next start. */
    record BastionDied() implements Ending {
        @Override
        public String word() {
            return "bastion_died";
        }

        @Override
        public int exitStatus() {
            return 250;
        }
    }

    /** What was sent does not follow the protocol that the session is for, so it could not be recorded as that. */
    record ProtocolBroken(String cause) implements Ending {
        @Override
        public String word() {
            return "protocol_broken";
        }

        @Override
        public int exitStatus() {
            return 255;
        }
    }

    /** Something inside the bastion broke. */
    record BastionFailed(String cause) implements Ending {
        @Override
        public String word() {
            return "bastion_failed";
        }

        @Override
        public int exitStatus() {
            return 250;
        }
    }

    /** One line of detail for people and rows, empty if the word says it all. */
    default String detail() {
        return switch (this) {
            case Exited(int status) -> "exit " + status;
            case Signalled(String name, boolean _, String _) -> "SIG" + name;
            case Revoked(PersonName by, String reason) -> "by " + by + ": " + reason;
            case Destroyed(PersonName by) -> "by " + by;
            case Inactive(Duration limit) -> "nobody typed for " + Spans.text(limit);
            case DetachedTooLong(Duration limit) -> "nobody came back for " + Spans.text(limit);
            case GraceOver(Duration limit) ->
                "its connection was lost and nobody came back within " + Spans.text(limit);
            case TargetLost(String cause) -> cause;
            case RecordingFailed(String cause) -> cause;
            case ProtocolBroken(String cause) -> cause;
            case BastionFailed(String cause) -> cause;
            case GrantEnded _, AccessWithdrawn _, ClientGone _, BastionStopped _, BastionDied _ -> "";
        };
    }
}
