package sallyport.recorder.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProofTest {

    private static final int MOST = 70;
    private static final List<Hash> LEAVES = Trees.leaves(MOST);
    private static final Map<Node, Hash> NODES = Trees.nodes(LEAVES);

    /** The leaves that tests of Certificate Transparency have used since its first days. */
    private static final List<Hash> KNOWN = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(hex -> Hash.ofLeaf(HexFormat.of().parseHex(hex)))
            .toList();

    @ParameterizedTest
    @CsvSource({
        "0, 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "1, bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
        "2, +sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
        "5, Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=",
        "6, duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=",
        "7, 3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=",
        "8, XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
    })
    void roots_are_those_that_others_have_for_these_leaves(int size, String root) {
        Frontier tree = Frontier.empty();
        KNOWN.subList(0, size).forEach(leaf -> tree.add(leaf, (_, _) -> {}));
        assertThat(tree.root()).isEqualTo(Hash.parse(root));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 8, lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c= Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4="
                + " a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        "6, 8, DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o= yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA="
                + " 037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        "2, 5, Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4= vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        "6, 7, DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o= sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8="
                + " 037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    })
    void consistency_proofs_are_those_that_others_have_for_these_leaves(int first, int second, String path) {
        ConsistencyProof proof = ConsistencyProof.of(first, second, Trees.nodes(KNOWN)::get);
        assertThat(proof.path())
                .isEqualTo(Stream.of(path.split(" ")).map(Hash::parse).toList());
    }

    @Test
    void a_growing_tree_has_the_root_that_the_standard_defines() {
        Frontier tree = Frontier.empty();
        for (int size = 0; size <= MOST; size++) {
            assertThat(tree.root()).isEqualTo(Trees.root(LEAVES.subList(0, size)));
            assertThat(Frontier.nodes(size).stream().map(NODES::get).toList()).isEqualTo(tree.hashes());
            assertThat(Frontier.of(size, tree.hashes()).root()).isEqualTo(tree.root());
            if (size < MOST) {
                tree.add(
                        LEAVES.get(size),
                        (node, hash) -> assertThat(hash)
                                .isEqualTo(Trees.root(LEAVES.subList((int) (node.index() << node.level()), (int)
                                        ((node.index() + 1) << node.level())))));
            }
        }
    }

    @Test
    void each_leaf_of_each_tree_has_the_proof_that_the_standard_defines() {
        for (int size = 1; size <= MOST; size++) {
            List<Hash> leaves = LEAVES.subList(0, size);
            Hash root = Trees.root(leaves);
            for (int index = 0; index < size; index++) {
                InclusionProof proof = InclusionProof.of(index, size, NODES::get);
                assertThat(proof.path()).isEqualTo(Trees.path(index, leaves));
                assertThat(proof.proves(LEAVES.get(index), root)).isTrue();
            }
        }
    }

    @Test
    void each_pair_of_trees_has_the_proof_that_the_standard_defines() {
        for (int second = 0; second <= MOST; second++) {
            List<Hash> leaves = LEAVES.subList(0, second);
            Hash root = Trees.root(leaves);
            for (int first = 0; first <= second; first++) {
                ConsistencyProof proof = ConsistencyProof.of(first, second, NODES::get);
                assertThat(proof.path()).isEqualTo(Trees.proof(first, leaves));
                assertThat(proof.proves(Trees.root(LEAVES.subList(0, first)), root))
                        .isTrue();
            }
        }
    }

    @Test
    void an_inclusion_proof_that_was_touched_proves_nothing() {
        for (int size = 1; size <= 20; size++) {
            Hash root = Trees.root(LEAVES.subList(0, size));
            for (int index = 0; index < size; index++) {
                InclusionProof proof = InclusionProof.of(index, size, NODES::get);
                Hash leaf = LEAVES.get(index);
                for (List<Hash> path : touched(proof.path())) {
                    assertThat(new InclusionProof(index, size, path).proves(leaf, root))
                            .isFalse();
                }
                for (int other = 0; other < size; other++) {
                    if (other != index) {
                        assertThat(new InclusionProof(other, size, proof.path()).proves(leaf, root))
                                .isFalse();
                    }
                }
                assertThat(proof.proves(LEAVES.get(index + 1), root)).isFalse();
                assertThat(proof.proves(leaf, LEAVES.get(index + 1))).isFalse();
            }
        }
    }

    @Test
    void a_consistency_proof_that_was_touched_proves_nothing() {
        for (int second = 2; second <= 20; second++) {
            Hash root = Trees.root(LEAVES.subList(0, second));
            for (int first = 1; first < second; first++) {
                Hash earlier = Trees.root(LEAVES.subList(0, first));
                ConsistencyProof proof = ConsistencyProof.of(first, second, NODES::get);
                for (List<Hash> path : touched(proof.path())) {
                    assertThat(new ConsistencyProof(first, second, path).proves(earlier, root))
                            .as("%s of %s", first, second)
                            .isFalse();
                }
                assertThat(proof.proves(root, earlier)).isFalse();
                assertThat(proof.proves(LEAVES.getLast(), root)).isFalse();
                assertThat(proof.proves(earlier, LEAVES.getLast())).isFalse();
            }
        }
    }

    /** Each with one hash changed, dropped, doubled or put in. */
    private static List<List<Hash>> touched(List<Hash> path) {
        Hash other = Hash.ofLeaf(new byte[] {42});
        List<List<Hash>> all = new ArrayList<>();
        for (int i = 0; i <= path.size(); i++) {
            List<Hash> more = new ArrayList<>(path);
            more.add(i, other);
            all.add(more);
            if (i < path.size()) {
                List<Hash> changed = new ArrayList<>(path);
                changed.set(i, other);
                all.add(changed);
                List<Hash> less = new ArrayList<>(path);
                less.remove(i);
                all.add(less);
                List<Hash> twice = new ArrayList<>(path);
                twice.add(i, path.get(i));
                all.add(twice);
            }
        }
        return all;
    }

    @Test
    void one_leaf_changed_anywhere_changes_the_root_and_breaks_every_proof_from_before() {
        Random random = new Random(6962);
        for (int round = 0; round < 200; round++) {
            int size = 2 + random.nextInt(MOST - 2);
            int before = 1 + random.nextInt(size - 1);
            int changed = random.nextInt(before);
            List<Hash> leaves = new ArrayList<>(LEAVES.subList(0, size));
            leaves.set(changed, Hash.ofLeaf(new byte[] {(byte) round, 1, 2}));
            ConsistencyProof proof = ConsistencyProof.of(before, size, Trees.nodes(leaves)::get);
            assertThat(proof.proves(Trees.root(LEAVES.subList(0, before)), Trees.root(leaves)))
                    .isFalse();
        }
    }

    @Test
    void proofs_in_a_log_of_ten_million_need_few_hashes() {
        long size = 10_000_000;
        Random random = new Random(1);
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            long needed = InclusionProof.subtrees(random.nextLong(size), size).stream()
                    .mapToLong(s -> s.nodes().size())
                    .sum();
            most = Math.max(most, needed);
        }
        assertThat(most).isBetween(23L, 32L);
    }

    @Test
    void the_greatest_tree_has_proofs_too() {
        long size = Long.MAX_VALUE;
        assertThat(InclusionProof.subtrees(size - 1, size)).hasSize(62);
        assertThat(InclusionProof.subtrees(0, size)).hasSize(63);
        assertThat(ConsistencyProof.subtrees(size - 1, size)).hasSizeLessThanOrEqualTo(64);
        assertThat(Frontier.nodes(size)).hasSize(63);
    }

    @Test
    void what_cannot_be_is_refused_in_words() {
        assertThatThrownBy(() -> InclusionProof.of(5, 5, NODES::get)).hasMessageContaining("no leaf 5");
        assertThatThrownBy(() -> InclusionProof.subtrees(-1, 5)).hasMessageContaining("no leaf -1");
        assertThatThrownBy(() -> ConsistencyProof.of(6, 5, NODES::get)).hasMessageContaining("not the beginning");
        assertThatThrownBy(() -> Frontier.of(3, List.of(LEAVES.getFirst()))).hasMessageContaining("no frontier");
        assertThatThrownBy(() -> Hash.of(new byte[31])).hasMessageContaining("32 bytes");
        assertThatThrownBy(() -> Hash.parse("AA")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Node(63, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Node(62, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
