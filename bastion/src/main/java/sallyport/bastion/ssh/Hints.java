package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Words about a connection as a whole, such as why nothing is listened on: the answer to a global request cannot carry any. They are
 * said on a session channel, and wait for the first one.
 */
final class Hints {

    /** Most that wait; a client with more questions than that knows. */
    private static final int MOST_WAITING = 10;

    @GuardedBy("this")
    private final Queue<String> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private final List<Consumer<String>> speakers = new ArrayList<>();

    /** Says it where it can be heard. */
    void say(String words) {
        Consumer<String> speaker;
        synchronized (this) {
            speaker = first();
            if (speaker == null && waiting.size() < MOST_WAITING) {
                waiting.add(words);
            }
        }
        if (speaker != null) {
            speaker.accept(words);
        }
    }

    @GuardedBy("this")
    private @Nullable Consumer<String> first() {
        return speakers.isEmpty() ? null : speakers.getFirst();
    }

    /** From here on {@code speaker} can say them, and says what waited. */
    void listen(Consumer<String> speaker) {
        List<String> now;
        synchronized (this) {
            speakers.add(speaker);
            now = List.copyOf(waiting);
            waiting.clear();
        }
        now.forEach(speaker);
    }

    /** {@code speaker} can say nothing any more. */
    synchronized void leave(Consumer<String> speaker) {
        speakers.remove(speaker);
    }
}
