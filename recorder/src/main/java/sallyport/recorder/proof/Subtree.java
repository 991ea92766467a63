package sallyport.recorder.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The leaves from {@code from} to {@code to}, exclusive, where RFC 6962 makes one hash of them: MTH(D[from:to]).
 *
 * <p>Its hash need not be stored anywhere, but it follows from that of a few {@link #nodes} that are. So a proof in a tree of
 * ten million leaves takes some fifty hashes out of the store.
 */
public record Subtree(long from, long to) {

    public Subtree {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("no subtree has the leaves from " + from + " to " + to);
        }
    }

    /** The greatest nodes that it is made of, from left to right. */
    public List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        long at = from;
        while (at < to) {
            int fits = 63 - Long.numberOfLeadingZeros(to - at);
            int level = at == 0 ? fits : Math.min(fits, Long.numberOfTrailingZeros(at));
            nodes.add(new Node(level, at >> level));
            at += 1L << level;
        }
        return nodes;
    }

    /** Its hash. */
    public Hash hash(Function<Node, Hash> stored) {
        return fold(nodes().stream().map(stored).toList());
    }

    /** The top over {@code hashes}, which stand from left to right and become smaller. */
    static Hash fold(List<Hash> hashes) {
        Hash top = hashes.getLast();
        for (Hash left : hashes.reversed().subList(1, hashes.size())) {
            top = Hash.ofNode(left, top);
        }
        return top;
    }

    /** Whether it is a single leaf. */
    boolean isLeaf() {
        return to - from == 1;
    }

    /** Where RFC 6962 divides it: behind the greatest power of two of leaves that is less than all. */
    private long middle() {
        return from + Long.highestOneBit(to - from - 1);
    }

    Subtree left() {
        return new Subtree(from, middle());
    }

    Subtree right() {
        return new Subtree(middle(), to);
    }
}
