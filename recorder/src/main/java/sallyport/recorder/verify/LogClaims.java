package sallyport.recorder.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the log says about one recording. For one thread. */
public final class LogClaims {

    private static final SortedMap<Long, String> NOTHING = new TreeMap<>();

    private final Map<Integer, SortedMap<Long, String>> chains = new HashMap<>();
    private Optional<String> header = Optional.empty();
    private Optional<String> sealed = Optional.empty();
    private Optional<String> deleted = Optional.empty();
    private Optional<String> due = Optional.empty();
    private boolean registered;
    private int lastPart;
    private long entries;

    /** Takes in an entry about it, in the order of the log; one that says nothing about its bytes is counted alone. */
    public void add(LogEntry entry) {
        entries++;
        Map<String, String> detail = entry.detail();
        switch (entry.kind()) {
            case "recording.opened" -> header = Optional.ofNullable(detail.get("header_sha256"));
            case "recording.checked" -> checked(detail);
            case "recording.sealed" -> sealed = Optional.ofNullable(detail.get("sha256"));
            case "recording.deleted" -> deleted = Optional.ofNullable(detail.get("rule"));
            case LogEntry.AUDIT -> {
                switch (entry.action()) {
                    case "recording.purged" -> due = Optional.ofNullable(detail.get("rule"));
                    case "session.registered" -> {
                        registered = true;
                        sealed = sealed.or(() -> Optional.ofNullable(detail.get("sha256")));
                    }
                    default -> {
                        // The others say nothing about the recording.
                    }
                }
            }
            default -> {
                // A kind that a later version writes.
            }
        }
    }

    private void checked(Map<String, String> detail) {
        try {
            int part = Integer.parseInt(detail.getOrDefault("part", ""));
            long bytes = Long.parseLong(detail.getOrDefault("bytes", ""));
            chains.computeIfAbsent(part, _ -> new TreeMap<>()).put(bytes, detail.getOrDefault("chain", ""));
            lastPart = Math.max(lastPart, part);
        } catch (NumberFormatException notOurs) {
            // Signed and yet senseless: there is nothing to hold against it.
        }
    }

    /** How many there were. */
    public long entries() {
        return entries;
    }

    /** Whether they say that there was a recording. */
    public boolean isRecorded() {
        return header.isPresent() || sealed.isPresent() || !chains.isEmpty();
    }

    /** Whether its session's row was lost and made again from it, so that what was said before may be lost as well. */
    public boolean isRegisteredAgain() {
        return registered;
    }

    /** By which rule it was deleted, or was about to be. */
    public Optional<String> deleted() {
        return deleted.or(() -> due);
    }

    Optional<String> header() {
        return header;
    }

    Optional<String> sealed() {
        return sealed;
    }

    /** Of how many bytes of that part which SHA-256 was noted. */
    SortedMap<Long, String> chains(int part) {
        return chains.getOrDefault(part, NOTHING);
    }

    /** The last part that is spoken of; 0 if none is. */
    int lastPart() {
        return lastPart;
    }
}
