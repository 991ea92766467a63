package sallyport.admin.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Caller;
import sallyport.admin.ExportFormat;
import sallyport.admin.HistoryExport;
import sallyport.admin.HistoryOperations;
import sallyport.admin.Outcome;
import sallyport.admin.Revocation;
import sallyport.admin.SessionFields;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionPage;

/** What the routes under {@code /api} do, once {@link Gate} has let the caller through. */
final class Api {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final Set<String> PAGE = Stream.concat(
                    FilterQuery.FILTERS.stream(), Stream.of("all", "after", "limit"))
            .collect(Collectors.toUnmodifiableSet());

    private final SessionOperations sessions;
    private final HistoryOperations history;
    private final InstantSource clock;

    Api(SessionOperations sessions, HistoryOperations history, InstantSource clock) {
        this.sessions = sessions;
        this.history = history;
        this.clock = clock;
    }

    /** {@code {"items": [...], "next": "id"}}; no {@code next} on the last page. */
    void listSessions(Context request, Caller caller) {
        FilterQuery query = new FilterQuery(request.queryParamMap(), PAGE, clock.instant());
        SessionPage page = done(sessions.list(caller, query.all(), query.filter(), query.after(), query.limit()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("items", page.items().stream().map(SessionFields::of).toList());
        page.next().ifPresent(next -> body.put("next", next.toString()));
        answer(request, body);
    }

    /** The session. */
    void showSession(Context request, Caller caller) {
        answer(request, SessionFields.of(done(sessions.show(caller, request.pathParam("id")))));
    }

    /** Body {@code {"reason": "..."}}. */
    void revokeSession(Context request, Caller caller) {
        Gate.refuseOtherOrigins(request);
        if (!request.isJson()) {
            throw new Refusal(
                    415, "not_json", "send a JSON body with Content-Type: application/json, as {\"reason\": \"...\"}");
        }
        Map<String, String> body;
        try {
            body = Json.readTexts(request.bodyAsBytes(), Set.of("reason"));
        } catch (IllegalArgumentException refused) {
            throw new Refusal(400, "invalid", String.valueOf(refused.getMessage()));
        }
        Revocation revocation = done(sessions.revoke(caller, request.pathParam("id"), body.getOrDefault("reason", "")));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", revocation.session().id().toString());
        answer.put("code", revocation.session().code());
        answer.put("state", "revoked");
        answer.put("grant_withdrawn", revocation.grantWithdrawn());
        revocation.warning().ifPresent(w -> answer.put("warning", w));
        answer(request, answer);
    }

    /** The export as a file. Once its first bytes are out, all that can tell of a failure is a connection cut short. */
    void exportHistory(Context request, Caller caller, ExportFormat format) throws IOException {
        FilterQuery query = new FilterQuery(request.queryParamMap(), FilterQuery.FILTERS, clock.instant());
        HistoryExport export = done(history.export(caller, query.filter(), format));
        request.contentType(export.mediaType());
        request.header("Content-Disposition", "attachment; filename=\"" + export.fileName() + "\"");
        try {
            export.writeTo(request.outputStream());
        } catch (IOException | RuntimeException failed) {
            if (!request.res().isCommitted()) {
                request.res().reset();
                throw failed;
            }
            LOG.warn(
                    "the history export of {} was cut off in the middle; its connection was closed, so that it does"
                            + " not look whole",
                    caller.person().name(),
                    failed);
            ServletContextRequest.getServletContextRequest(request.req())
                    .getServletChannel()
                    .abort(failed);
        }
    }

    /**
     * The value.
     *
     * @throws Refusal for every other outcome
     */
    private static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.NotFound<T>(String words) -> throw new Refusal(404, "not_found", words);
            case Outcome.NotPermitted<T>(String words) -> throw new Refusal(403, "not_permitted", words);
            case Outcome.Ambiguous<T>(String words, List<String> candidates) ->
                throw new Refusal(409, "ambiguous", words, candidates);
            case Outcome.Refused<T>(String words) -> throw new Refusal(409, "conflict", words);
            case Outcome.Invalid<T>(String words) -> throw new Refusal(400, "invalid", words);
        };
    }

    private static void answer(Context request, Object body) {
        request.contentType("application/json").result(Json.write(body));
    }
}
