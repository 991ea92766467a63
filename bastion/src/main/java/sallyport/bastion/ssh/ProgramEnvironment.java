package sallyport.bastion.ssh;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The variables a client sends (RFC 4254 section 6.4). Built from nothing: only locale and git's protocol version go on to
 * the program; what is addressed to the bastion is kept and never forwarded; the rest is refused, politely (T28).
 */
final class ProgramEnvironment {

    /** Most variables kept of one channel. */
    static final int MOST_VARIABLES = 32;

    /** Longest name and value together, in characters. */
    static final int LONGEST_VARIABLE = 4096;

    private static final Pattern FOR_PROGRAM = Pattern.compile("LANG|LC_[A-Z_]{1,60}|GIT_PROTOCOL");
    private static final Pattern FOR_BASTION = Pattern.compile("(LC_)?BASTION_[A-Z_]{1,60}");

    private final SequencedMap<String, String> program = new LinkedHashMap<>();
    private final SequencedMap<String, String> bastion = new LinkedHashMap<>();

    /** Takes a variable if it is allowed; false if not. */
    synchronized boolean offer(String name, String value) {
        if (program.size() + bastion.size() >= MOST_VARIABLES || name.length() + value.length() > LONGEST_VARIABLE) {
            return false;
        }
        if (value.indexOf('\0') >= 0) {
            return false;
        }
        if (FOR_BASTION.matcher(name).matches()) {
            bastion.put(name, value);
            return true;
        }
        if (FOR_PROGRAM.matcher(name).matches()) {
            program.put(name, value);
            return true;
        }
        return false;
    }

    /** What the program is given. */
    synchronized SequencedMap<String, String> forProgram() {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(program));
    }

    /** The reason that came with the channel: {@code BASTION_REASON}, {@code BASTION_TICKET} or {@code LC_BASTION_REASON}. */
    synchronized Optional<String> reason() {
        return Optional.ofNullable(bastion.get("BASTION_REASON"))
                .or(() -> Optional.ofNullable(bastion.get("BASTION_TICKET")))
                .or(() -> Optional.ofNullable(bastion.get("LC_BASTION_REASON")));
    }
}
