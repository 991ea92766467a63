package sallyport.recorder.playback;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the screen was at some places that were passed, nowhere closer together than needed. When their memory is full every
 * second one goes and the next are twice as far apart, so that a longer recording costs longer steps back, and no more memory.
 */
final class Snapshots {

    /** How far apart they are at first, in bytes of the recording. */
    private static final long FIRST_DISTANCE = 256 << 10;

    private final long mostBytes;
    private final List<Snapshot> kept = new ArrayList<>();
    private long bytes;
    private long distance = FIRST_DISTANCE;

    /** @param mostBytes how much memory they may take, about, in bytes */
    Snapshots(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Whether one is wanted at this byte of the recording. They are taken in the order of the recording. */
    boolean isDue(long position) {
        return position - (kept.isEmpty() ? 0 : kept.getLast().position()) >= distance;
    }

    void add(Snapshot snapshot) {
        kept.add(snapshot);
        bytes += snapshot.bytes();
        while (bytes > mostBytes && kept.size() > 1) {
            thin();
        }
    }

    private void thin() {
        List<Snapshot> some = new ArrayList<>();
        for (int i = 1; i < kept.size(); i += 2) {
            some.add(kept.get(i));
        }
        kept.clear();
        kept.addAll(some);
        bytes = kept.stream().mapToLong(Snapshot::bytes).sum();
        distance *= 2;
    }

    /** The last one in which nothing is later than {@code at}. */
    Optional<Snapshot> before(Duration at) {
        return kept.stream().filter(s -> s.state().last().compareTo(at) <= 0).reduce((_, later) -> later);
    }

    int count() {
        return kept.size();
    }

    long bytes() {
        return bytes;
    }
}
