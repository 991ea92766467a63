package sallyport.recorder.playback;

import java.time.Duration;
import java.util.Optional;

/**
 * How time goes while a recording is played.
 *
 * @param speed how many seconds of the recording go by in one of the viewer's
 * @param idle the most that is waited, in seconds of the recording, where nothing happened for longer; empty: nothing is cut
 */
public record Pace(double speed, Optional<Duration> idle) {

    /** As it was, nothing cut. */
    public static final Pace AS_RECORDED = new Pace(1, Optional.empty());

    /** The slowest and the fastest; what is beyond is taken as these. */
    public static final double SLOWEST = 0.125;

    public static final double FASTEST = 64;

    public Pace {
        speed = Math.clamp(speed, SLOWEST, FASTEST);
        if (idle.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("a wait of " + idle.get());
        }
    }

    /** The same at another speed. */
    public Pace at(double newSpeed) {
        return new Pace(newSpeed, idle);
    }

    /**
     * Where to be after {@code waited} at {@code position}. It is a time of the recording in any case: where a wait is cut, the
     * time jumps to what ended it.
     *
     * @param position where it was
     * @param last when something happened last, not after {@code position}
     * @param next when something happens next; empty if nothing is known to
     */
    public Duration after(Duration waited, Duration position, Duration last, Optional<Duration> next) {
        Duration moved = position.plusNanos((long) (waited.toNanos() * speed));
        return next.filter(n -> isCut(last, n) && moved.compareTo(last.plus(idle.orElseThrow())) >= 0)
                .orElse(moved);
    }

    /** How long to wait at {@code position} until {@code next}; not negative. */
    public Duration until(Duration position, Duration last, Duration next) {
        Duration to = isCut(last, next) ? last.plus(idle.orElseThrow()) : next;
        Duration left = to.minus(position);
        return left.isNegative() ? Duration.ZERO : Duration.ofNanos((long) (left.toNanos() / speed));
    }

    private boolean isCut(Duration last, Duration next) {
        return idle.filter(most -> next.minus(last).compareTo(most) > 0).isPresent();
    }
}
