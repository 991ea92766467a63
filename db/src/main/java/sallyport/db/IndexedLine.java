package sallyport.db;

import java.time.Duration;

/**
 * A line that a recording showed.
 *
 * @param at since the start of the session, when it was seen first
 * @param last when it was seen last
 */
public record IndexedLine(Duration at, Duration last, String text) {}
