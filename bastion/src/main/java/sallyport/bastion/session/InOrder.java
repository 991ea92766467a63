package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order they were added, on a thread that may wait for a disk. Adding never waits, so
 * I/O threads and holders of a lock may do it.
 */
final class InOrder {

    private static final Logger log = LoggerFactory.getLogger(InOrder.class);

    private final Executor mayWait;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean running;

    /** @param mayWait runs tasks, each burst of them on one of its threads */
    InOrder(Executor mayWait) {
        this.mayWait = mayWait;
    }

    /** Runs {@code task} after all that were added before; tasks must not throw. */
    void add(Runnable task) {
        lock.lock();
        try {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        mayWait.execute(this::run);
    }

    /** Waits while {@code most} or more wait to be run. */
    void awaitFewer(int most) {
        lock.lock();
        try {
            while (waiting.size() >= most) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything added so far has run. */
    void awaitAll() {
        lock.lock();
        try {
            while (running) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Runnable task;
        while ((task = next()) != null) {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("something that was to be noted broke", e);
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable task = waiting.poll();
            if (task == null) {
                running = false;
                idle.signalAll();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }
}
