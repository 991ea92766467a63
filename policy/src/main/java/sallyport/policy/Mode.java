package sallyport.policy;

/**
 * What is asked for: what a visit runs (the request types of RFC 4254 section 6.5 and the pty-req of section 6.2 before it), or
 * something that is to be passed on.
 */
public sealed interface Mode {

    /** The word in rows, data and messages. */
    String word();

    /** A login shell. With a terminal it outlives its connection; without one it does not. */
    record Shell(boolean terminal) implements Mode {
        @Override
        public String word() {
            return "shell";
        }
    }

    /**
     * One command.
     *
     * @param terminal whether a pty-req came before
     */
    record Exec(Command command, boolean terminal) implements Mode {
        @Override
        public String word() {
            return "exec";
        }
    }

    /** One command that runs for itself in a terminal of its own, with nobody attached at first. */
    record Job(Command command) implements Mode {
        @Override
        public String word() {
            return "job";
        }
    }

    /** A named subsystem, such as {@link #SFTP}. */
    record Subsystem(String name) implements Mode {

        /** File transfer: the only one that rules allow. */
        public static final String SFTP = "sftp";

        @Override
        public String word() {
            return "subsystem";
        }
    }

    /** Something that passes through the connection; what one connection passes on is one session. */
    record Forwarding(Forward what) implements Mode {
        @Override
        public String word() {
            return "forward";
        }
    }

    /** Whether the session outlives its connection: only a shell with a terminal and a job do. */
    default boolean outlivesConnection() {
        return switch (this) {
            case Shell(boolean terminal) -> terminal;
            case Job _ -> true;
            case Exec _, Subsystem _, Forwarding _ -> false;
        };
    }
}
