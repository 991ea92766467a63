package sallyport.recorder.proof;

import java.util.ArrayList;
import java.util.List;

/**
 * What one must know of a tree to make it grow: the hashes of its greatest whole subtrees, one for each bit of its size, so 63
 * at most. For one thread at a time.
 */
public final class Frontier {

    /** Told of each node above the leaves when the last leaf under it has come. */
    public interface Completed {
        void node(Node node, Hash hash);
    }

    private final List<Hash> hashes;
    private long size;

    private Frontier(long size, List<Hash> hashes) {
        this.size = size;
        this.hashes = new ArrayList<>(hashes);
    }

    /** That of a tree without leaves. */
    public static Frontier empty() {
        return new Frontier(0, List.of());
    }

    /**
     * That of a tree of {@code size} leaves.
     *
     * @param hashes as {@link #hashes} gives them
     * @throws IllegalArgumentException if they are not as many as such a tree has
     */
    public static Frontier of(long size, List<Hash> hashes) {
        if (size < 0 || Long.bitCount(size) != hashes.size()) {
            throw new IllegalArgumentException(
                    "a tree of " + size + " leaves has no frontier of " + hashes.size() + " hashes");
        }
        return new Frontier(size, hashes);
    }

    /** Where {@link #hashes} of a tree of {@code size} leaves are, in their order. */
    public static List<Node> nodes(long size) {
        return size == 0 ? List.of() : new Subtree(0, size).nodes();
    }

    /** Adds a leaf behind the last one. */
    public void add(Hash leaf, Completed completed) {
        Node node = new Node(0, size);
        Hash hash = leaf;
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            hash = Hash.ofNode(hashes.removeLast(), hash);
            node = node.parent();
            completed.node(node, hash);
        }
        hashes.add(hash);
        size++;
    }

    /** How many leaves there are. */
    public long size() {
        return size;
    }

    /** The tops of the whole subtrees, from left to right, which is from the greatest to the smallest. */
    public List<Hash> hashes() {
        return List.copyOf(hashes);
    }

    /** The root as it is now. */
    public Hash root() {
        return hashes.isEmpty() ? Hash.OF_NOTHING : Subtree.fold(hashes);
    }
}
