package sallyport.policy.session;

import java.time.Instant;

/** Where a session stands. Data that exists only in one state lives in that state's record. */
public sealed interface SessionState {

    /** The row is written, the backend is being opened. */
    record Starting() implements SessionState {}

    /**
     * Somebody is in it who may type. Viewers do not count.
     *
     * @param active when somebody came or typed last
     */
    record Running(int attachments, Instant active) implements SessionState {}

    /**
     * The program runs on and nobody is in it who may type.
     *
     * @param dropped whether the last who left lost the connection, rather than leaving on purpose
     */
    record Detached(Instant since, boolean dropped) implements SessionState {}

    /** Over. */
    record Ended(Ending ending, Instant at) implements SessionState {}

    /** The word in rows and data: {@code starting running detached ended failed}. */
    default String word() {
        return switch (this) {
            case Starting _ -> "starting";
            case Running _ -> "running";
            case Detached _ -> "detached";
            case Ended(Ending ending, Instant _) -> failed(ending) ? "failed" : "ended";
        };
    }

    /** Whether the session is over. */
    default boolean isOver() {
        return this instanceof Ended;
    }

    private static boolean failed(Ending ending) {
        return switch (ending) {
            case Ending.Exited(int status) -> status != 0;
            case Ending.Signalled _,
                    Ending.TargetLost _,
                    Ending.RecordingFailed _,
                    Ending.ProtocolBroken _,
                    Ending.BastionFailed _,
                    Ending.BastionDied _ -> true;
            case Ending.Revoked _,
                    Ending.GrantEnded _,
                    Ending.AccessWithdrawn _,
                    Ending.Inactive _,
                    Ending.DetachedTooLong _,
                    Ending.GraceOver _,
                    Ending.Destroyed _,
                    Ending.ClientGone _,
                    Ending.BastionStopped _ -> false;
        };
    }
}
