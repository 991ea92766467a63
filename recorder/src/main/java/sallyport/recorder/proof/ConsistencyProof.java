package sallyport.recorder.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * That a smaller tree is the beginning of a greater one: nothing in it was changed, dropped or put in since (RFC 6962, section
 * 2.1.2).
 *
 * @param first how many leaves the smaller tree has
 * @param second how many the greater has; not less
 * @param path empty if {@code first} is 0 or equals {@code second}
 */
public record ConsistencyProof(long first, long second, List<Hash> path) {

    public ConsistencyProof {
        path = List.copyOf(path);
        check(first, second);
    }

    private static void check(long first, long second) {
        if (first < 0 || second < first) {
            throw new IllegalArgumentException(
                    "a tree of " + first + " leaves is not the beginning of one of " + second);
        }
    }

    /** Of which subtrees {@link #path} has the hashes, in its order; at most 64. */
    public static List<Subtree> subtrees(long first, long second) {
        check(first, second);
        if (first == 0 || first == second) {
            return List.of();
        }
        List<Subtree> path = new ArrayList<>();
        Subtree on = new Subtree(0, second);
        while (on.to() != first) {
            boolean goesLeft = first <= on.left().to();
            path.add(goesLeft ? on.right() : on.left());
            on = goesLeft ? on.left() : on.right();
        }
        if (on.from() > 0) {
            path.add(on);
        }
        // Else it is the whole of the smaller tree, whose root the verifier has.
        return path.reversed();
    }

    /** Makes the proof from the stored hashes of a tree of at least {@code second} leaves. */
    public static ConsistencyProof of(long first, long second, Function<Node, Hash> stored) {
        return new ConsistencyProof(
                first,
                second,
                subtrees(first, second).stream().map(s -> s.hash(stored)).toList());
    }

    /** Whether it shows that the tree with {@code firstRoot} is the beginning of that with {@code secondRoot} (RFC 9162, 2.1.4.2). */
    public boolean proves(Hash firstRoot, Hash secondRoot) {
        if (first == 0) {
            return path.isEmpty() && firstRoot.equals(Hash.OF_NOTHING);
        }
        if (first == second) {
            return path.isEmpty() && firstRoot.equals(secondRoot);
        }
        if (path.isEmpty()) {
            return false;
        }
        int skipped = Long.numberOfTrailingZeros(first);
        long at = (first - 1) >> skipped;
        long last = (second - 1) >> skipped;
        boolean whole = Long.bitCount(first) == 1;
        Hash smaller = whole ? firstRoot : path.getFirst();
        Hash greater = smaller;
        for (Hash beside : whole ? path : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                smaller = Hash.ofNode(beside, smaller);
                greater = Hash.ofNode(beside, greater);
                int passed = at == 0 ? 0 : Long.numberOfTrailingZeros(at);
                at >>= passed;
                last >>= passed;
            } else {
                greater = Hash.ofNode(greater, beside);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && smaller.equals(firstRoot) && greater.equals(secondRoot);
    }
}
