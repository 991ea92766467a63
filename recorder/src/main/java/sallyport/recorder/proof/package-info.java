/**
 * Proof that a list of entries has only ever grown: the Merkle tree of
 * <a href="https://www.rfc-editor.org/rfc/rfc6962#section-2.1">RFC 6962, section 2.1</a> and the signed check points of
 * <a href="https://c2sp.org/tlog-checkpoint">C2SP</a> that others can hold on to.
 *
 * <p>Start at {@link sallyport.recorder.proof.LogCheck}, which reads a whole log and says what is wrong with it, or at
 * {@link sallyport.recorder.proof.Frontier}, which makes a tree grow. {@link sallyport.recorder.proof.InclusionProof} and
 * {@link sallyport.recorder.proof.ConsistencyProof} show in a few hashes that a leaf is in a tree, and that one tree is the
 * beginning of another. {@link sallyport.recorder.proof.Note} is signed text, {@link sallyport.recorder.proof.Checkpoint} what
 * such a text says about a tree.
 *
 * <p>The JDK alone, so that a proof can be checked without the bastion. No files, no clock, no private key: who signs is
 * handed in. Signatures are the JDK's Ed25519.
 */
@NullMarked
package sallyport.recorder.proof;

import org.jspecify.annotations.NullMarked;
