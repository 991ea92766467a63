package sallyport.admin.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the server below answers when a request never reaches a route: our words, nothing about the server itself. */
final class QuietErrors extends ErrorHandler {

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        Headers.ALL.forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(body(code)), callback);
    }

    private static byte[] body(int status) {
        String words = switch (status) {
            case 404 -> "there is nothing at this address";
            case 405 -> "this address does not answer that method";
            case 408 -> "the request came too slowly";
            case 413 -> "the body is larger than " + AdminServer.LARGEST_BODY + " bytes";
            case 414, 431 -> "the address or the headers of the request are too long";
            default ->
                status < 500
                        ? "the request cannot be understood as HTTP"
                        : "something broke inside the bastion; its log says what";
        };
        return new Refusal(status, Refusal.codeOf(status), words).json().getBytes(StandardCharsets.US_ASCII);
    }
}
