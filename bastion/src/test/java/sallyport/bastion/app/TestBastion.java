package sallyport.bastion.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sallyport.db.TestDatabase;
import sallyport.policy.Environment;
import sallyport.policy.session.SessionLimits;

/** A bastion in this process with a {@link TestHouse} around it. */
final class TestBastion extends TestHouse {

    final Bastion bastion;
    private final Map<Environment, SessionLimits> limits;

    private final OptionalLong commandOutput;

    private TestBastion(TestDatabase database, Map<Environment, SessionLimits> limits, OptionalLong commandOutput)
            throws Exception {
        super(database);
        this.limits = limits;
        this.commandOutput = commandOutput;
        this.bastion = Bastion.start(settings(0, 0), InstantSource.system(), System::nanoTime);
        bastionServesOn(bastion.sshPort());
    }

    /** One with a database of its own on the server that all tests share. */
    static TestBastion start() throws Exception {
        return start(TestDatabase.create());
    }

    /** One with that database. */
    static TestBastion start(TestDatabase database) throws Exception {
        return new TestBastion(database, SessionSettings.usual(), OptionalLong.empty());
    }

    /** One whose sessions have these clocks, everywhere. */
    static TestBastion start(SessionLimits limits) throws Exception {
        return new TestBastion(
                TestDatabase.create(),
                Stream.of(Environment.values()).collect(Collectors.toMap(e -> e, _ -> limits)),
                OptionalLong.empty());
    }

    /** One that keeps so many bytes of what a command writes, outside production. */
    static TestBastion startKeeping(long commandOutput) throws Exception {
        return new TestBastion(TestDatabase.create(), SessionSettings.usual(), OptionalLong.of(commandOutput));
    }

    @Override
    OptionalLong commandOutput() {
        return commandOutput;
    }

    @Override
    Map<Environment, SessionLimits> sessionLimits() {
        return limits;
    }

    /** What the admin API answers to a GET; without a token if that is empty. */
    HttpResponse<String> get(String path, String token) {
        return send(request(path, token).GET().build());
    }

    /** What the admin API answers to a POST of JSON. */
    HttpResponse<String> post(String path, String token, String body) {
        return send(request(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + bastion.httpPort() + path))
                .timeout(Duration.ofSeconds(20));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        bastion.close();
        super.close();
    }
}
