package sallyport.db;

/** The leaves from {@code first} to {@code last}, both of them included. */
public record LeafRange(long first, long last) {}
