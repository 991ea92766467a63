package sallyport.admin.http;

import io.javalin.http.HandlerType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sallyport.policy.Permission;

/**
 * All that can be asked over HTTP, and what each needs (T37). Nothing is served that is not in this table, and there is no
 * route that deletes.
 */
enum Route {
    /** One's own sessions; {@code all=true} needs {@link Permission#VIEW_HISTORY}, which the operation checks. */
    LIST_SESSIONS(Verb.READ, "/api/sessions", true, null),
    /** A session that one may see. */
    SHOW_SESSION(Verb.READ, "/api/sessions/{id}", true, null),
    /** Ends one's own session; those of others need {@link Permission#REVOKE}, which the operation checks. */
    REVOKE_SESSION(Verb.WRITE, "/api/sessions/{id}/revoke", true, null),
    /** What a session shows or showed; of others with {@link Permission#VIEW_RECORDING}, which the operation checks. */
    READ_SESSION(Verb.READ, "/api/sessions/{id}/text", true, null),
    /** A session as a document; of others with {@link Permission#DOWNLOAD_RECORDING}, which the operation checks. */
    SAVE_SESSION(Verb.READ, "/api/sessions/{id}/save", true, null),
    /** One's own. */
    RENAME_SESSION(Verb.WRITE, "/api/sessions/{id}/rename", true, null),
    /** One's own. */
    LINK_SESSION(Verb.WRITE, "/api/sessions/{id}/link", true, null),
    /** One's own; those of others need {@link Permission#REVOKE}, which the operation checks. */
    DETACH_SESSION(Verb.WRITE, "/api/sessions/{id}/detach", true, null),
    /** One's own; those of others need {@link Permission#REVOKE}, which the operation checks. */
    DESTROY_SESSION(Verb.WRITE, "/api/sessions/{id}/destroy", true, null),
    /** Hides one of one's own that is over from one's own list. */
    CLEAR_SESSION(Verb.WRITE, "/api/sessions/{id}/clear", true, null),
    /** Hides all of one's own that are over from one's own list. */
    CLEAR_SESSIONS(Verb.WRITE, "/api/sessions/clear", true, null),
    /** Makes an ended session of one's own from a document. */
    RESTORE_SESSION(Verb.WRITE, "/api/sessions/restore", true, null),
    /** A recording and how long it stays; of others with {@link Permission#VIEW_RECORDING}, which the operation checks. */
    SHOW_RECORDING(Verb.READ, "/api/recordings/{id}", true, null),
    /** Keeps a recording whatever the rule says. */
    HOLD_RECORDING(Verb.WRITE, "/api/recordings/{id}/hold", true, Permission.MANAGE_POLICY),
    /** Lets go of a hold. */
    RELEASE_RECORDING(Verb.WRITE, "/api/recordings/{id}/release", true, Permission.MANAGE_POLICY),
    /** How long recordings are kept, and whether the sweeps go on. */
    SHOW_RETENTION(Verb.READ, "/api/retention", true, Permission.MANAGE_POLICY),
    /** Says that the clock is right, after a halt because of it. */
    RESUME_RETENTION(Verb.WRITE, "/api/retention/resume", true, Permission.MANAGE_POLICY),
    /** What was run or shown; of others with {@link Permission#VIEW_RECORDING}, which the operation checks. */
    SEARCH(Verb.READ, "/api/search", true, null),
    /** Everybody's history for spreadsheets. */
    HISTORY_CSV(Verb.READ, "/api/history.csv", true, Permission.VIEW_HISTORY),
    /** Everybody's history for programs. */
    HISTORY_JSON_LINES(Verb.READ, "/api/history.jsonl", true, Permission.VIEW_HISTORY),
    /** Numbers for Prometheus. */
    METRICS(Verb.READ, "/metrics", false, null),
    /** Whether the process is alive. */
    HEALTH(Verb.READ, "/healthz", false, null),
    /** Whether it can do its work. */
    READINESS(Verb.READ, "/readyz", false, null);

    /** Whether a request changes anything. */
    enum Verb {
        READ,
        WRITE
    }

    private final Verb verb;
    private final String path;
    private final boolean token;
    private final Optional<Permission> permission;

    Route(Verb verb, String path, boolean token, @Nullable Permission permission) {
        this.verb = verb;
        this.path = path;
        this.token = token;
        this.permission = Optional.ofNullable(permission);
    }

    HandlerType method() {
        return verb == Verb.READ ? HandlerType.GET : HandlerType.POST;
    }

    /** The path, with {@code {id}} where a session is named. */
    String path() {
        return path;
    }

    /** Whether a bearer token is needed. */
    boolean needsToken() {
        return token;
    }

    /** The permission without which the route answers 403, whatever is asked. */
    Optional<Permission> permission() {
        return permission;
    }
}
