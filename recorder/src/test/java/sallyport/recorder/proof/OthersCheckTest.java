package sallyport.recorder.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigstore.merkle.InclusionProofVerificationException;
import dev.sigstore.merkle.InclusionProofVerifier;
import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.RekorEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Test;

/**
 * Proofs and check points of ours in the hands of others, who have read the same standards: sigstore-java (Apache-2.0), which
 * checks the public log of Sigstore with them, and Bouncy Castle. No library for Java checks consistency proofs; those are
 * compared with what others have made in {@link ProofTest}.
 */
class OthersCheckTest {

    private static final int SIZE = 130;

    @Test
    void others_find_each_leaf_in_each_tree_by_our_proof_and_no_other_leaf() throws Exception {
        List<Hash> leaves = Trees.leaves(SIZE);
        Map<Node, Hash> nodes = Trees.nodes(leaves);
        Frontier tree = Frontier.empty();
        for (int size = 1; size <= SIZE; size++) {
            tree.add(leaves.get(size - 1), (_, _) -> {});
            byte[] root = tree.root().bytes();
            for (int index = 0; index < size; index++) {
                List<byte[]> path = InclusionProof.of(index, size, nodes::get).path().stream()
                        .map(Hash::bytes)
                        .toList();
                InclusionProofVerifier.verify(leaves.get(index).bytes(), index, size, path, root);
                byte[] other = leaves.get((index + 1) % SIZE).bytes();
                int at = index;
                int of = size;
                assertThatThrownBy(() -> InclusionProofVerifier.verify(other, at, of, path, root))
                        .isInstanceOf(InclusionProofVerificationException.class);
            }
        }
    }

    @Test
    void others_read_our_check_points_and_agree_that_they_are_signed() throws Exception {
        NoteSigning signing = Trees.signing("bastion.example/log");
        Checkpoint ours = new Checkpoint("bastion.example/log", 4711, Trees.root(Trees.leaves(9)));
        Note note = Note.sign(ours.text(), signing);

        RekorEntry.Checkpoint theirs = Checkpoints.from(note.toString());
        assertThat(theirs.getOrigin()).isEqualTo(ours.origin());
        assertThat(theirs.getSize()).isEqualTo(ours.size());
        assertThat(theirs.getBase64Hash()).isEqualTo(ours.root().base64());
        RekorEntry.CheckpointSignature signature = theirs.getSignatures().getFirst();
        assertThat(signature.getIdentity()).isEqualTo(signing.key().name());
        assertThat(ByteBuffer.wrap(signature.getKeyHint()).getInt())
                .isEqualTo(signing.key().id());

        String[] handedOut = signing.key().toString().split("\\+", 3);
        byte[] typed = Base64.getDecoder().decode(handedOut[2]);
        Ed25519Signer bouncyCastle = new Ed25519Signer();
        bouncyCastle.init(false, new Ed25519PublicKeyParameters(Arrays.copyOfRange(typed, 1, typed.length)));
        byte[] signed = theirs.getSignedData().getBytes(UTF_8);
        bouncyCastle.update(signed, 0, signed.length);
        assertThat(bouncyCastle.verifySignature(signature.getSignature())).isTrue();
    }
}
