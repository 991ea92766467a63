/**
 * {@code access.yaml}: people, roles, targets and rules as a file under review, read strictly and applied whole.
 *
 * <p>Start at {@link sallyport.admin.access.AccessFile#read}, which finds every problem in one go, and
 * {@link sallyport.admin.access.AccessOperations}, which puts a file into the database.
 *
 * <p>What must not be here: deciding who may do what (that is {@code policy}), and SQL.
 */
@NullMarked
package sallyport.admin.access;

import org.jspecify.annotations.NullMarked;
