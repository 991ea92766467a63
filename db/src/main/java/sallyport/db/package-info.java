/**
 * All SQL of the bastion, and the journal that audit events wait in while the database is away.
 *
 * <p>Start at {@link sallyport.db.Database}: {@link sallyport.db.AccessStore} (who may what),
 * {@link sallyport.db.AccessRequests} (who asked, who agreed), {@link sallyport.db.SessionHistory} (what happened) and
 * {@link sallyport.db.ApiTokens} ask it. {@link sallyport.db.JournaledAuditLog} is the {@code AuditLog} of the product.
 * {@link sallyport.db.EvidenceLog} is the Merkle tree over all that happened, and {@link sallyport.db.Checkpoints} signs it.
 * {@link sallyport.db.Migrations} makes the tables; {@code sallyport.db.schema} is generated from them and is nobody
 * else's business.
 *
 * <p>Methods take and return values of {@code sallyport.policy}; one method is one question or one transaction, blocks its
 * thread, may be called on any thread that may block, and throws {@link sallyport.db.DatabaseAway} within
 * {@link sallyport.db.Database#LONGEST_CALL} when the database does not answer. Times are kept to the microsecond. What must
 * not be here: rules (they are pure, in {@code policy}) and permission checks (they are in {@code admin}), with one
 * exception: nobody approves their own request, whoever calls.
 */
@NullMarked
package sallyport.db;

import org.jspecify.annotations.NullMarked;
