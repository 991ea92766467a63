package sallyport.admin.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer that is not 200: {@code {"error": {"code": "...", "message": "..."}}}. Thrown, so that handlers read straight.
 */
final class Refusal extends RuntimeException {

    private final int status;
    private final String code;
    private final List<String> candidates;

    /** @param message for people; it says what to do next where there is something to do */
    Refusal(int status, String code, String message) {
        this(status, code, message, List.of());
    }

    Refusal(int status, String code, String message, List<String> candidates) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.candidates = List.copyOf(candidates);
    }

    int status() {
        return status;
    }

    /** The body. */
    String json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", String.valueOf(getMessage()));
        if (!candidates.isEmpty()) {
            error.put("candidates", candidates);
        }
        return Json.write(Map.of("error", error));
    }

    /** The word for a status that the server itself answers with. */
    static String codeOf(int status) {
        return switch (status) {
            case 400 -> "invalid";
            case 401 -> "unauthorized";
            case 403 -> "not_permitted";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 408 -> "too_slow";
            case 413 -> "too_large";
            case 414, 431 -> "too_long";
            case 415 -> "not_json";
            case 429 -> "too_many_failures";
            case 503 -> "unavailable";
            default -> status < 500 ? "invalid" : "internal";
        };
    }
}
