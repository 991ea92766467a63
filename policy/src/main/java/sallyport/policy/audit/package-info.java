/**
 * What is worth remembering for good, as values: {@link sallyport.policy.audit.AuditEvent} says what happened,
 * {@link sallyport.policy.audit.AuditEntry} when and by whom, {@link sallyport.policy.audit.AuditLog} takes it.
 */
@NullMarked
package sallyport.policy.audit;

import org.jspecify.annotations.NullMarked;
