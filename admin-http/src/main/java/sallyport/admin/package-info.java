/**
 * What people and programs may ask of the bastion, each operation once: check the permission, do it, write the audit entry.
 *
 * <p>Start at {@link sallyport.admin.SessionOperations}; every operation takes a {@link sallyport.admin.Caller} and answers
 * with a sealed {@link sallyport.admin.Outcome} whose words a face may show as they are. The faces are the ssh console (in
 * the bastion) and {@code sallyport.admin.http}. {@link sallyport.admin.LiveSessions} is implemented by the bastion, so that
 * the arrow points from there to here.
 *
 * <p>What must not be here: text layout, colours, exit codes, HTTP, SSH, SQL.
 */
@NullMarked
package sallyport.admin;

import org.jspecify.annotations.NullMarked;
