/**
 * Who may reach what, and under which conditions: values and rules, and nothing that touches the world.
 *
 * <p>Start at {@link sallyport.policy.AccessPolicy#decide}: an {@link sallyport.policy.Attempt} (the question) and
 * {@link sallyport.policy.AccessFacts} (what is known) become a sealed {@link sallyport.policy.Decision}. A
 * {@link sallyport.policy.Permit} is the proof that the question was asked; only this package builds one.
 *
 * <p>What must not be here: I/O, clocks, threads, logging, or any library beyond the JDK. Whoever calls gathers the facts
 * and acts on the answer.
 */
@NullMarked
package sallyport.policy;

import org.jspecify.annotations.NullMarked;
