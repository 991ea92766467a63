package sallyport.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;

/** Where somebody begins to look at a recording. */
public sealed interface PlayFrom {

    /** At its beginning. */
    record Beginning() implements PlayFrom {}

    /** At the end of what there is. */
    record Latest() implements PlayFrom {}

    /** So long after its start. */
    record Since(Duration start) implements PlayFrom {}

    /** When the wall clock said so. */
    record Moment(Instant time) implements PlayFrom {}

    /** When the wall clock said so in UTC: the last time before its end, or before now. */
    record TimeOfDay(LocalTime time) implements PlayFrom {}
}
