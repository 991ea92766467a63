package sallyport.recorder.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trees to test with, and RFC 6962 word for word: slow, and so plain that one sees it is right. */
final class Trees {

    private Trees() {}

    static byte[] data(long index) {
        return ("entry " + index).getBytes(UTF_8);
    }

    static List<Hash> leaves(int count) {
        List<Hash> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(Hash.ofLeaf(data(i)));
        }
        return leaves;
    }

    /** All nodes of the tree over {@code leaves}, as a store keeps them. */
    static Map<Node, Hash> nodes(List<Hash> leaves) {
        Map<Node, Hash> nodes = new HashMap<>();
        Frontier tree = Frontier.empty();
        for (Hash leaf : leaves) {
            nodes.put(new Node(0, tree.size()), leaf);
            tree.add(leaf, nodes::put);
        }
        return nodes;
    }

    /** MTH, section 2.1. */
    static Hash root(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return Hash.OF_NOTHING;
        }
        int n = leaves.size();
        if (n == 1) {
            return leaves.getFirst();
        }
        int k = split(n);
        return Hash.ofNode(root(leaves.subList(0, k)), root(leaves.subList(k, n)));
    }

    /** PATH, section 2.1.1. */
    static List<Hash> path(int m, List<Hash> leaves) {
        int n = leaves.size();
        if (n == 1) {
            return List.of();
        }
        int k = split(n);
        return m < k
                ? with(path(m, leaves.subList(0, k)), root(leaves.subList(k, n)))
                : with(path(m - k, leaves.subList(k, n)), root(leaves.subList(0, k)));
    }

    /** PROOF, section 2.1.2. */
    static List<Hash> proof(int m, List<Hash> leaves) {
        return m == 0 ? List.of() : subproof(m, leaves, true);
    }

    private static List<Hash> subproof(int m, List<Hash> leaves, boolean known) {
        int n = leaves.size();
        if (m == n) {
            return known ? List.of() : List.of(root(leaves));
        }
        int k = split(n);
        return m <= k
                ? with(subproof(m, leaves.subList(0, k), known), root(leaves.subList(k, n)))
                : with(subproof(m - k, leaves.subList(k, n), false), root(leaves.subList(0, k)));
    }

    private static List<Hash> with(List<Hash> path, Hash last) {
        List<Hash> longer = new ArrayList<>(path);
        longer.add(last);
        return longer;
    }

    private static int split(int n) {
        int k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    /** A fresh key of that name, and what signs with it. */
    static NoteSigning signing(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new NoteSigning(VerifierKey.of(name, pair.getPublic()), message -> sign(pair.getPrivate(), message));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
