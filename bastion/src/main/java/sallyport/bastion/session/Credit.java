package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * When the target gets its window back. What was relayed is given back once the fastest of the clients that set the pace
 * has taken it, so a single slow client slows its program as it would directly, and one of several slows nobody. With nobody
 * to set the pace it is given back as soon as it is recorded. Safe for any thread; {@code giveBack} is called outside the
 * lock and must not block.
 */
final class Credit {

    private final LongConsumer giveBack;

    @GuardedBy("this")
    private final Map<Object, Position> pace = new HashMap<>();

    @GuardedBy("this")
    private long relayed;

    @GuardedBy("this")
    private long givenBack;

    private static final class Position {
        long taken;
    }

    Credit(LongConsumer giveBack) {
        this.giveBack = giveBack;
    }

    /** {@code client} sets the pace from here on. */
    void joins(Object client) {
        synchronized (this) {
            pace.computeIfAbsent(client, _ -> new Position()).taken = relayed;
        }
    }

    /** {@code client} sets the pace no more, whatever it has taken. */
    void leaves(Object client) {
        synchronized (this) {
            pace.remove(client);
        }
        settle();
    }

    /** So many bytes of output were recorded and offered to whoever sets the pace. */
    void relayed(int bytes) {
        synchronized (this) {
            relayed += bytes;
        }
        settle();
    }

    /** {@code client} has taken so many of them. */
    void taken(Object client, int bytes) {
        synchronized (this) {
            Position position = pace.get(client);
            if (position == null) {
                return;
            }
            position.taken += bytes;
        }
        settle();
    }

    private void settle() {
        long due;
        synchronized (this) {
            long upTo = pace.values().stream().mapToLong(p -> p.taken).max().orElse(relayed);
            due = upTo - givenBack;
            if (due <= 0) {
                return;
            }
            givenBack = upTo;
        }
        giveBack.accept(due);
    }
}
