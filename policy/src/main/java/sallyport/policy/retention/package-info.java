/**
 * How long recordings are kept, as values: start at {@link sallyport.policy.retention.Retention#keeping}. Whether the clock that
 * says so can be believed is {@link sallyport.policy.retention.ClockWatch}'s question. Nothing here deletes anything.
 */
@NullMarked
package sallyport.policy.retention;

import org.jspecify.annotations.NullMarked;
