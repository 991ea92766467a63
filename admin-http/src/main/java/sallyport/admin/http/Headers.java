package sallyport.admin.http;

import java.util.Map;

/** What every answer carries. No answer allows another origin anything: there is no CORS. */
final class Headers {

    static final Map<String, String> ALL = Map.of(
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer");

    private Headers() {}
}
