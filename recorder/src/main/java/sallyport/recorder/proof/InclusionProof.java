package sallyport.recorder.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * That a leaf is in a tree: the hashes beside the way from it to the root (RFC 6962, section 2.1.1).
 *
 * @param index the leaf's, from 0
 * @param size how many leaves the tree has
 * @param path from the leaf's neighbour upwards
 */
public record InclusionProof(long index, long size, List<Hash> path) {

    public InclusionProof {
        path = List.copyOf(path);
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no leaf " + index + " is in a tree of " + size + " leaves");
        }
    }

    /** Of which subtrees {@link #path} has the hashes, in its order; at most 63. */
    public static List<Subtree> subtrees(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no leaf " + index + " is in a tree of " + size + " leaves");
        }
        List<Subtree> beside = new ArrayList<>();
        Subtree on = new Subtree(0, size);
        while (!on.isLeaf()) {
            boolean goesLeft = index < on.left().to();
            beside.add(goesLeft ? on.right() : on.left());
            on = goesLeft ? on.left() : on.right();
        }
        return beside.reversed();
    }

    /** Makes the proof from the stored hashes of a tree of at least {@code size} leaves. */
    public static InclusionProof of(long index, long size, Function<Node, Hash> stored) {
        return new InclusionProof(
                index,
                size,
                subtrees(index, size).stream().map(s -> s.hash(stored)).toList());
    }

    /** Whether it shows that {@code leaf} is in the tree with that {@code root} (RFC 9162, section 2.1.3.2). */
    public boolean proves(Hash leaf, Hash root) {
        long at = index;
        long last = size - 1;
        Hash hash = leaf;
        for (Hash beside : path) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                hash = Hash.ofNode(beside, hash);
                // The last node of a level may have nothing at its right, and stands unchanged on the next ones.
                int skipped = at == 0 ? 0 : Long.numberOfTrailingZeros(at);
                at >>= skipped;
                last >>= skipped;
            } else {
                hash = Hash.ofNode(hash, beside);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }
}
