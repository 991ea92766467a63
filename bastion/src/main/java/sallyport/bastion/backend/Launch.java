package sallyport.bastion.backend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.policy.Mode;

/**
 * What a backend is to run.
 *
 * @param mode a shell or an exec
 * @param terminal the terminal to ask for, if the client asked for one
 * @param environment variables for the program, already allowed (T28)
 * @param asks for what the client lends the program, already allowed
 */
public record Launch(Mode mode, Optional<Terminal> terminal, SequencedMap<String, String> environment, List<Ask> asks) {

    public Launch {
        environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
        asks = List.copyOf(asks);
    }

    /** One that nothing passes for. */
    public Launch(Mode mode, Optional<Terminal> terminal, SequencedMap<String, String> environment) {
        this(mode, terminal, environment, List.of());
    }

    /** A channel request for something that the client lends to the program. A target that has no such thing runs it without. */
    public static final class Ask {
        private final String name;
        private final byte[] details;
        private final Runnable refused;

        /**
         * Of a name and with {@code details} behind its want-reply flag, which go to the target as they are.
         *
         * @param refused runs if the target says no; on an I/O thread, must not block
         */
        public Ask(String name, byte[] details, Runnable refused) {
            this.name = name;
            this.details = details.clone();
            this.refused = refused;
        }

        String name() {
            return name;
        }

        byte[] details() {
            return details;
        }

        void refused() {
            refused.run();
        }
    }

    /**
     * A pty-req (RFC 4254 section 6.2).
     *
     * @param type the TERM value
     * @param size what the client named, or the usual one
     * @param sizeIsNamed whether the client named one; if not, neither does the pty-req for the target
     */
    public record Terminal(String type, TerminalSize size, boolean sizeIsNamed, TerminalModes modes) {}

    /** Encoded terminal modes (RFC 4254 section 8), passed on as the client sent them. */
    public static final class TerminalModes {

        /** Longest encoded form accepted: 255 opcodes of 5 bytes and the end. */
        public static final int LONGEST_BYTES = 255 * 5 + 1;

        /** No mode but TTY_OP_END. */
        public static final TerminalModes NONE = new TerminalModes(new byte[] {0});

        private final byte[] encoded;

        /** Takes a copy of {@code encoded}; one that is too long is replaced by {@link #NONE}'s. */
        public TerminalModes(byte[] encoded) {
            this.encoded = encoded.length > LONGEST_BYTES ? NONE.encoded : encoded.clone();
        }

        byte[] encoded() {
            return encoded;
        }
    }
}
