/**
 * File transfers, read off the bytes that pass. Start at {@link sallyport.bastion.transfer.Conversation}, which is asked about each
 * packet of an sftp session (version 3: draft-ietf-secsh-filexfer-02, and the extensions of OpenSSH's PROTOCOL file, section 4) before
 * it goes on, and says what may go, what is answered here, and what is to be written down. {@link
 * sallyport.bastion.transfer.Packets} cuts the bytes into packets. Commands that copy files (scp's own protocol, git, rsync) are
 * {@link sallyport.bastion.transfer.Dialogue}s: their bytes pass as they are, and it is said what of them is understood.
 *
 * <p>No I/O, no threads, no clock: whoever calls relays, records and keeps the audit entries. What is remembered has limits
 * ({@link sallyport.bastion.transfer.Packets#LONGEST}, {@link sallyport.bastion.transfer.Conversation#MOST_WAITING}, {@link
 * sallyport.bastion.transfer.Conversation#MOST_OPEN}), and what does not follow sftp is {@link
 * sallyport.bastion.transfer.NotSftp}: then nobody knows what passes, and the session must end.
 */
@NullMarked
package sallyport.bastion.transfer;

import org.jspecify.annotations.NullMarked;
