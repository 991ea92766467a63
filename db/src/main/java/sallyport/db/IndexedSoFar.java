package sallyport.db;

/**
 * How much a search has looked at.
 *
 * @param recordings how many recordings were read and can be searched
 * @param waiting how many are not read yet
 * @param failed how many could not be read
 */
public record IndexedSoFar(long recordings, long waiting, long failed) {}
