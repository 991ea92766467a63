/**
 * The door: who is there, where they want to go, and one visit for each thing they ask to run.
 *
 * <p>{@link sallyport.bastion.ssh.SshFront} listens and holds every setting of the ssh server; {@link
 * sallyport.bastion.ssh.FrontSession} is one transport; {@link sallyport.bastion.ssh.Connection} who was proven and where to;
 * {@link sallyport.bastion.ssh.ClientChannel} one session channel; and {@link sallyport.bastion.ssh.Visit#run} tells the
 * story from decision to exit status. Start there.
 *
 * <p>{@code ssh -J} comes in by {@link sallyport.bastion.ssh.DirectChannel}: a channel whose bytes are another connection, for which
 * {@link sallyport.bastion.ssh.JumpTransport} is the socket and {@link sallyport.bastion.ssh.JumpSession} the server. From there
 * on it is as any other. What else passes through channels is {@link sallyport.bastion.ssh.Forwards}' to decide, and one {@link
 * sallyport.bastion.ssh.ForwardSession} for each connection.
 *
 * <p>The ssh server's few I/O threads carry every terminal: what runs on them hands over and returns.
 */
@NullMarked
package sallyport.bastion.ssh;

import org.jspecify.annotations.NullMarked;
