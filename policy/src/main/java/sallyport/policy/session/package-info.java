/**
 * The life of a session as a value: its states, what may happen to it, and why it ends. Start at
 * {@link sallyport.policy.session.SessionLifecycle#next}. Nothing here waits, locks or asks the time.
 */
@NullMarked
package sallyport.policy.session;

import org.jspecify.annotations.NullMarked;
