/**
 * What a session runs against. {@link sallyport.bastion.backend.Backend} is the face; {@link
 * sallyport.bastion.backend.SshBackend} a channel on a target's sshd, reached over a
 * {@link sallyport.bastion.backend.TargetTransport} that the sessions of one client connection share.
 *
 * <p>What passes besides programs is a {@link sallyport.bastion.backend.ForwardBackend} too: ends ({@link
 * sallyport.bastion.backend.StreamEnd}), joined by a {@link sallyport.bastion.backend.Pipe}.
 *
 * <p>Start at {@link sallyport.bastion.backend.TargetConnector}. Nothing here decides who may connect, records, or knows
 * of clients: bytes come out through {@link sallyport.bastion.backend.BackendEvents}.
 */
@NullMarked
package sallyport.bastion.backend;

import org.jspecify.annotations.NullMarked;
