/**
 * What is worth remembering for good, as values: {@link sallyport.policy.audit.AuditEvent} says what happened,
 * {@link sallyport.policy.audit.AuditEntry} when and by whom, {@link sallyport.policy.audit.AuditLog} takes it.
 * {@link sallyport.policy.audit.EvidenceEntry} is a fact about a recording, kept beside these.
 */
@NullMarked
package sallyport.policy.audit;

import org.jspecify.annotations.NullMarked;
