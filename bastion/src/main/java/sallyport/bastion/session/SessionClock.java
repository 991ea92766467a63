package sallyport.bastion.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A session's own clock: it reads like the wall clock when the session begins and then goes forward as time really does, so
 * that no step of the wall clock lets a deadline come early or late (R10).
 */
final class SessionClock {

    private final SessionTime time;
    private final Instant began;
    private final long beganNanos;

    SessionClock(SessionTime time) {
        this.time = time;
        this.began = time.wall().instant();
        this.beganNanos = time.nanos().getAsLong();
    }

    /** The time. */
    Instant now() {
        return began.plusNanos(time.nanos().getAsLong() - beganNanos);
    }

    /** When {@code own} time will be, as the wall clock goes now. */
    Instant wall(Instant own) {
        return time.wall().instant().plus(Duration.between(now(), own));
    }

    /** Whether either clock says that {@code end} is reached: a right ends at the earlier of the two. */
    boolean isPast(Optional<Instant> end) {
        return end.filter(at -> !now().isBefore(at) || !time.wall().instant().isBefore(at))
                .isPresent();
    }
}
