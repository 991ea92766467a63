package sallyport.recorder.proof;

/**
 * The place of a hash that never changes once it is there: the top of {@code 2^level} leaves, all present, of which the first
 * is leaf {@code index * 2^level}. Level 0 are the leaves.
 */
public record Node(int level, long index) {

    /** No tree of as many leaves as a {@code long} counts has a level above this one. */
    public static final int HIGHEST_LEVEL = 62;

    public Node {
        if (level < 0 || level > HIGHEST_LEVEL || index < 0 || index > Long.MAX_VALUE >> level) {
            throw new IllegalArgumentException("no node is at level " + level + ", index " + index);
        }
    }

    Node parent() {
        return new Node(level + 1, index >> 1);
    }
}
