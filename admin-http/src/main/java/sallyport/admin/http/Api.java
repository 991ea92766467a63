package sallyport.admin.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
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
import sallyport.admin.RecordingFields;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RetentionOperations;
import sallyport.admin.Revocation;
import sallyport.admin.ScreenText;
import sallyport.admin.SearchAnswer;
import sallyport.admin.SearchFields;
import sallyport.admin.SearchOperations;
import sallyport.admin.SearchQuestion;
import sallyport.admin.SessionFields;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionPage;
import sallyport.admin.SessionView;
import sallyport.admin.Times;
import sallyport.db.HistoryFilter;
import sallyport.db.RecordingSearch;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.SessionName;

/** What the routes under {@code /api} do, once {@link Gate} has let the caller through. */
final class Api {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final Set<String> PAGE = Stream.concat(
                    FilterQuery.FILTERS.stream(), Stream.of("all", "after", "limit", "person", "cleared"))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> SEARCH = Set.of(
            "command", "text", "file", "person", "target", "environment", "workspace", "since", "until", "limit");
    private static final Set<String> TEXT = Set.of("tail", "at", "colours");

    /** Stands for a name that nobody has: has no sessions. */
    private static final PersonId NOBODY = new PersonId(new UUID(0, 0));

    private final SessionOperations sessions;
    private final HistoryOperations history;
    private final RecordingOperations recordings;
    private final RetentionOperations retention;
    private final SearchOperations search;
    private final Function<PersonName, Optional<PersonId>> people;
    private final InstantSource clock;

    Api(
            SessionOperations sessions,
            HistoryOperations history,
            RecordingOperations recordings,
            RetentionOperations retention,
            SearchOperations search,
            Function<PersonName, Optional<PersonId>> people,
            InstantSource clock) {
        this.sessions = sessions;
        this.history = history;
        this.recordings = recordings;
        this.retention = retention;
        this.search = search;
        this.people = people;
        this.clock = clock;
    }

    /** {@code {"items": [...], "next": "id"}}; no {@code next} on the last page. */
    void listSessions(Context request, Caller caller) {
        FilterQuery query = new FilterQuery(request.queryParamMap(), PAGE, clock.instant());
        HistoryFilter filter = query.person()
                .map(name -> query.filter().of(people.apply(name).orElse(NOBODY)))
                .orElseGet(query::filter);
        SessionPage page =
                done(sessions.list(caller, query.all(), query.cleared(), filter, query.after(), query.limit()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("items", page.items().stream().map(SessionFields::of).toList());
        page.next().ifPresent(next -> body.put("next", next.toString()));
        answer(request, body);
    }

    /**
     * {@code ?command=TEXT}, {@code ?text=TEXT} or {@code ?file=TEXT}: {@code {"items": [...], "recordings": 212, "waiting": 0, "failed": 0}}, the
     * newest match first.
     */
    void search(Context request, Caller caller) {
        FilterQuery query = new FilterQuery(request.queryParamMap(), SEARCH, clock.instant());
        Optional<String> command = query.words("command");
        Optional<String> text = query.words("text");
        Optional<String> file = query.words("file");
        if (Stream.of(command, text, file).filter(Optional::isPresent).count() != 1) {
            throw new Refusal(400, "invalid", "one of command, text and file says what to search for");
        }
        HistoryFilter filter = query.person()
                .map(name -> query.filter().of(people.apply(name).orElse(NOBODY)))
                .orElseGet(query::filter);
        SearchAnswer found = done(search.find(
                caller,
                new SearchQuestion(
                        command.isPresent()
                                ? RecordingSearch.In.COMMANDS
                                : file.isPresent() ? RecordingSearch.In.FILES : RecordingSearch.In.SCREENS,
                        command.or(() -> text).or(() -> file).orElseThrow(),
                        filter,
                        query.limit())));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("items", found.hits().stream().map(SearchFields::of).toList());
        body.put("recordings", found.of().recordings());
        body.put("waiting", found.of().waiting());
        body.put("failed", found.of().failed());
        answer(request, body);
    }

    /** The session. */
    void showSession(Context request, Caller caller) {
        answer(request, SessionFields.of(done(sessions.show(caller, request.pathParam("id")))));
    }

    /** {@code ?tail=N}, {@code ?at=TIME} or neither; {@code colours=true} keeps them as SGR. */
    void readSession(Context request, Caller caller) {
        FilterQuery query = new FilterQuery(request.queryParamMap(), TEXT, clock.instant());
        ScreenText text = done(sessions.text(caller, request.pathParam("id"), query.text()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", text.session().id().toString());
        answer.put("code", text.session().code());
        answer.put("at", Times.utc(text.at()));
        answer.put("columns", text.columns());
        answer.put("rows", text.rows());
        answer.put("missing_lines", text.missingLines());
        text.gap().ifPresent(gap -> answer.put("gap", gap));
        answer.put("lines", text.lines());
        answer(request, answer);
    }

    /** The document, as a file. */
    void saveSession(Context request, Caller caller) {
        byte[] document = done(sessions.save(caller, request.pathParam("id")));
        request.header("Content-Disposition", "attachment; filename=\"session.json\"");
        request.contentType("application/json").result(document);
    }

    /** Body {@code {"name": "..."}}. */
    void renameSession(Context request, Caller caller) {
        String name = texts(request, "name").getOrDefault("name", "");
        SessionName to;
        try {
            to = new SessionName(name);
        } catch (IllegalArgumentException refused) {
            throw new Refusal(400, "invalid", String.valueOf(refused.getMessage()));
        }
        answer(request, SessionFields.of(done(sessions.rename(caller, request.pathParam("id"), to))));
    }

    /** Body {@code {"url": "..."}}; an empty one takes the link away. */
    void linkSession(Context request, Caller caller) {
        String url = texts(request, "url").get("url");
        if (url == null) {
            throw new Refusal(400, "invalid", "the body has no \"url\"; an empty one takes the link away");
        }
        answer(
                request,
                SessionFields.of(done(sessions.link(
                        caller, request.pathParam("id"), Optional.of(url).filter(u -> !u.isEmpty())))));
    }

    /** No body. */
    void detachSession(Context request, Caller caller) {
        Gate.refuseOtherOrigins(request);
        answer(request, SessionFields.of(done(sessions.detach(caller, request.pathParam("id")))));
    }

    /** No body. */
    void destroySession(Context request, Caller caller) {
        Gate.refuseOtherOrigins(request);
        SessionView destroyed = done(sessions.destroy(caller, request.pathParam("id")));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", destroyed.id().toString());
        answer.put("code", destroyed.code());
        answer.put("state", "destroyed");
        answer(request, answer);
    }

    /** No body. */
    void clearSession(Context request, Caller caller) {
        Gate.refuseOtherOrigins(request);
        answer(request, Map.of("cleared", done(sessions.clear(caller, Optional.of(request.pathParam("id"))))));
    }

    /** No body. */
    void clearSessions(Context request, Caller caller) {
        Gate.refuseOtherOrigins(request);
        answer(request, Map.of("cleared", done(sessions.clear(caller, Optional.empty()))));
    }

    /** The body is the document. */
    void restoreSession(Context request, Caller caller) throws IOException {
        Gate.refuseOtherOrigins(request);
        if (!request.isJson()) {
            throw notJson("the document that was saved");
        }
        byte[] document = request.bodyInputStream().readNBytes(SessionOperations.LARGEST_DOCUMENT + 1);
        if (document.length > SessionOperations.LARGEST_DOCUMENT) {
            throw new Refusal(
                    413, "too_large", "the document is larger than " + SessionOperations.LARGEST_DOCUMENT + " bytes");
        }
        answer(request, SessionFields.of(done(sessions.restore(caller, document))));
    }

    /** A body of texts, by their names; any may be left out. */
    private static Map<String, String> texts(Context request, String... names) {
        Gate.refuseOtherOrigins(request);
        if (!request.isJson()) {
            throw notJson("{\"" + names[0] + "\": \"...\"}");
        }
        try {
            return Json.readTexts(request.bodyAsBytes(), Set.of(names));
        } catch (IllegalArgumentException refused) {
            throw new Refusal(400, "invalid", String.valueOf(refused.getMessage()));
        }
    }

    private static Refusal notJson(String example) {
        return new Refusal(415, "not_json", "send a JSON body with Content-Type: application/json, as " + example);
    }

    /** Body {@code {"reason": "..."}}. */
    void revokeSession(Context request, Caller caller) {
        String reason = texts(request, "reason").getOrDefault("reason", "");
        Revocation revocation = done(sessions.revoke(caller, request.pathParam("id"), reason));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", revocation.session().id().toString());
        answer.put("code", revocation.session().code());
        answer.put("state", "revoked");
        answer.put("grant_withdrawn", revocation.grantWithdrawn());
        revocation.warning().ifPresent(w -> answer.put("warning", w));
        answer(request, answer);
    }

    /** The recording and how long it stays. */
    void showRecording(Context request, Caller caller) {
        answer(request, RecordingFields.of(done(recordings.show(caller, request.pathParam("id")))));
    }

    /** Body {@code {"reason": "..."}}. */
    void holdRecording(Context request, Caller caller) {
        String reason = texts(request, "reason").getOrDefault("reason", "");
        answer(request, RecordingFields.of(done(retention.hold(caller, request.pathParam("id"), reason))));
    }

    /** Body {@code {"reason": "...", "hold": "2"}}; the number may be left out if there is one hold. */
    void releaseRecording(Context request, Caller caller) {
        Map<String, String> given = texts(request, "reason", "hold");
        answer(
                request,
                RecordingFields.of(done(retention.release(
                        caller,
                        request.pathParam("id"),
                        Optional.ofNullable(given.get("hold")),
                        given.getOrDefault("reason", "")))));
    }

    /** The rules, and how things stand. */
    void showRetention(Context request, Caller caller) {
        answer(request, done(retention.status(caller)).fields());
    }

    /** Body {@code {"reason": "..."}}. */
    void resumeRetention(Context request, Caller caller) {
        String reason = texts(request, "reason").getOrDefault("reason", "");
        answer(request, done(retention.resume(caller, reason)).fields());
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
