package sallyport.recorder;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The first line of a recording.
 *
 * @param columns width of the terminal in cells; 80 where there is none
 * @param rows height of the terminal in cells; 24 where there is none
 * @param terminalType what the client calls its terminal, as {@code xterm-256color}; may be empty
 * @param startedAt the file keeps whole seconds here, and the exact time in the first clock comment
 * @param command what was asked to run; empty for a shell
 * @param title one line for people
 * @param env of these only {@link #KEPT_ENVIRONMENT} is kept, since an environment is full of secrets
 * @param sallyport what we say about the session (who, where, why), in this order; tools of others ignore it. The names
 *     {@value #STREAM_KIND}, {@value #PART}, {@value #PART_AT} and {@value #PART_AFTER} are the recorder's own and refused.
 */
public record Header(
        int columns,
        int rows,
        String terminalType,
        Instant startedAt,
        Optional<String> command,
        Optional<String> title,
        SequencedMap<String, String> env,
        SequencedMap<String, String> sallyport) {

    /** Which variables of the environment a recording keeps. */
    public static final List<String> KEPT_ENVIRONMENT = List.of("TERM", "LANG", "SHELL");

    /** Where the vendor object says which {@link StreamKind} it is. */
    static final String STREAM_KIND = "streams";

    /** Where the header of a later part says which it is. */
    static final String PART = "part";

    /** Where it says when it begins, in milliseconds since the start of the session. */
    static final String PART_AT = "part_at";

    /** Where it repeats the last value of the chain in the part before it. */
    static final String PART_AFTER = "part_after";

    private static final List<String> OURS = List.of(STREAM_KIND, PART, PART_AT, PART_AFTER);

    public Header {
        if (columns < 0 || rows < 0) {
            throw new IllegalArgumentException("a terminal of " + columns + " by " + rows + " cells");
        }
        for (String ours : OURS) {
            if (sallyport.containsKey(ours)) {
                throw new IllegalArgumentException("\"" + ours + "\" in the vendor object is the recorder's own");
            }
        }
        LinkedHashMap<String, String> kept = new LinkedHashMap<>();
        for (String name : KEPT_ENVIRONMENT) {
            String value = env.get(name);
            if (value != null) {
                kept.put(name, value);
            }
        }
        env = Collections.unmodifiableSequencedMap(kept);
        sallyport = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(sallyport));
    }
}
