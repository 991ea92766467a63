/**
 * The operations over HTTP, for programs: bearer tokens only, no cookies, no pages yet.
 *
 * <p>Start at {@link sallyport.admin.http.Route}, the one table of what can be asked and what each needs;
 * {@link sallyport.admin.http.AdminServer} binds it. {@code /metrics}, {@code /healthz} and {@code /readyz} answer anybody
 * who reaches the address, and name no person, target or session.
 *
 * <p>What must not be here: decisions. Who may do what is asked of {@code sallyport.admin}.
 */
@NullMarked
package sallyport.admin.http;

import org.jspecify.annotations.NullMarked;
