package sallyport.admin;

import java.util.List;
import sallyport.db.IndexedSoFar;

/**
 * What a search found.
 *
 * @param hits the newest first
 * @param more whether there may be more than were asked for
 * @param of how many recordings were searched
 */
public record SearchAnswer(List<SearchHit> hits, boolean more, IndexedSoFar of) {}
