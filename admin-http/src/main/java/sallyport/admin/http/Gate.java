package sallyport.admin.http;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sallyport.admin.Caller;
import sallyport.admin.TokenOperations;
import sallyport.policy.Permission;
import sallyport.policy.Person;

/** Lets a request through to its route, or refuses it. Tokens are neither logged nor repeated in an answer (T41). */
final class Gate {

    private static final String SCHEME = "bearer ";

    private final TokenOperations tokens;
    private final FailedTokens failures;

    Gate(TokenOperations tokens, FailedTokens failures) {
        this.tokens = tokens;
        this.failures = failures;
    }

    /**
     * Who asks.
     *
     * @throws Refusal 401 without a valid token, in the same words whether it is absent, malformed, unknown or expired; 403
     *     without the route's permission; 429 after too many failures from that address
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    Caller admit(Context request, Route route) {
        String address = request.ip();
        Optional<String> secret = secret(request.header("Authorization"));
        Optional<Person> person = secret.flatMap(tokens::find);
        if (person.isEmpty()) {
            throw refusal(request, address, secret.isPresent());
        }
        Optional<Permission> needed =
                route.permission().filter(p -> !person.get().may(p));
        if (needed.isPresent()) {
            throw new Refusal(
                    403, "not_permitted", "this needs " + needed.get().word() + ", which none of your roles has");
        }
        return new Caller(person.get(), address, Optional.empty());
    }

    /** A valid token is never held up by others' failures from the same address, as behind a proxy. */
    private Refusal refusal(Context request, String address, boolean tried) {
        if (failures.isTooMany(address)) {
            request.header("Retry-After", String.valueOf(FailedTokens.WINDOW.toSeconds()));
            return new Refusal(
                    429,
                    "too_many_failures",
                    "too many requests without a valid token came from your address; wait a minute, then use a valid"
                            + " one");
        }
        if (tried) {
            failures.failed(address);
        }
        request.header("WWW-Authenticate", "Bearer realm=\"sallyport\"");
        return new Refusal(
                401,
                "unauthorized",
                "this needs a valid token, sent as Authorization: Bearer sly_...; make one over ssh: token create");
    }

    /** A page in a browser has no business with the writing routes; with bearer tokens it has no way either. */
    static void refuseOtherOrigins(Context request) {
        if (request.header("Origin") != null) {
            throw new Refusal(403, "not_permitted", "requests from web pages are not accepted");
        }
    }

    private static Optional<String> secret(@Nullable String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        return Optional.of(header.substring(SCHEME.length()).strip());
    }
}
