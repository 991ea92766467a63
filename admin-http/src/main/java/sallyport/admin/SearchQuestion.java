package sallyport.admin;

import sallyport.db.HistoryFilter;
import sallyport.db.RecordingSearch;

/**
 * What somebody searches for in recordings.
 *
 * @param in what was run, what was shown, or which files something was done with
 * @param text is part of it; upper and lower case are the same
 * @param filter of the sessions; its times are those of the matches, its person is empty for all that the caller may see
 * @param limit how many matches at most
 */
public record SearchQuestion(RecordingSearch.In in, String text, HistoryFilter filter, int limit) {

    /** Most matches of one search. */
    public static final int MOST = 500;

    /** Longest text that can be searched for, in characters. */
    public static final int LONGEST = 200;
}
