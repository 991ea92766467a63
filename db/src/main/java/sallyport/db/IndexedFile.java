package sallyport.db;

import java.time.Duration;

/**
 * Something that was done with a file, as a recording says it.
 *
 * @param at since the start of the session
 * @param path which file
 * @param operation the whole line that says what was done
 */
public record IndexedFile(Duration at, String path, String operation) {}
