package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
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
    private final Set<Pace> setters = new HashSet<>();

    @GuardedBy("this")
    private long relayed;

    @GuardedBy("this")
    private long givenBack;

    Credit(LongConsumer giveBack) {
        this.giveBack = giveBack;
    }

    /** One client that sets the pace, from when it joined until it leaves; what it takes afterwards counts for nobody. */
    final class Pace {

        private long taken;

        /** So many bytes were taken, or with a minus were relayed to it besides. */
        void taken(int bytes) {
            synchronized (Credit.this) {
                taken += bytes;
            }
            settle();
        }

        /** It sets the pace no more, whatever it has taken. */
        void leave() {
            synchronized (Credit.this) {
                setters.remove(this);
            }
            settle();
        }
    }

    /** Somebody sets the pace from here on. */
    Pace join() {
        Pace pace = new Pace();
        synchronized (this) {
            pace.taken = relayed;
            setters.add(pace);
        }
        return pace;
    }

    /** So many bytes of output were recorded and offered to whoever sets the pace. */
    void relayed(int bytes) {
        synchronized (this) {
            relayed += bytes;
        }
        settle();
    }

    private void settle() {
        long due;
        synchronized (this) {
            long upTo = setters.stream().mapToLong(pace -> pace.taken).max().orElse(relayed);
            due = upTo - givenBack;
            if (due <= 0) {
                return;
            }
            givenBack = upTo;
        }
        giveBack.accept(due);
    }
}
