package sallyport.bastion.ssh;

import java.util.concurrent.atomic.AtomicInteger;

/** How many of something a connection may have at once. */
final class Places {

    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    Places(int most) {
        this.most = most;
    }

    /** Takes one; false if there is none left. */
    boolean take() {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives one back that was taken. */
    void free() {
        taken.decrementAndGet();
    }
}
