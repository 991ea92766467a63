package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sallyport.bastion.Tool;

/** Downloads in the players that people have: each shows what the client saw. */
class StockPlayerTest {

    private static final Map<String, String> PLAYER = Map.of(
            "/play.html", "text/html; charset=utf-8",
            "/asciinema-player.min.js", "text/javascript",
            "/asciinema-player.css", "text/css");

    private static TestBastion bastion;
    private static String code;

    @BeforeAll
    static void record() throws Exception {
        bastion = TestBastion.start();
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("PS1='$ '\n");
            terminal.type("printf '\\033[2J\\033[H'; echo s''tarted\n").awaitScreen("started");
            terminal.type("printf 'caf\\303'; printf '\\251 \\033[1mbold\\033[0m \\342\\224\\200 \\346\\274\\242"
                            + " <&>\\n"
                            + "'\n")
                    .awaitScreen("café bold");
            terminal.type("printf 'not \\377 UTF-8\\033[10;20Hthere\\n'; seq 40 | tail -n 5; echo e''nd\n")
                    .awaitScreen("end");
            terminal.type("exit\n").exit();
        }
        code = bastion.sealed("engineer");
    }

    @AfterAll
    static void stop() throws Exception {
        bastion.close();
    }

    /** What the recorded screen shows at its end, as the model of the bastion has it. */
    private static List<String> recorded() {
        return used(bastion.printed("auditor", "session show " + code + " --screen")
                .lines()
                .toList());
    }

    private static List<String> used(List<String> screen) {
        int used = screen.size();
        while (used > 0 && screen.get(used - 1).isBlank()) {
            used--;
        }
        return screen.subList(0, used).stream().map(String::stripTrailing).toList();
    }

    @Test
    void a_file_of_v2_plays_in_a_terminal_with_the_asciinema_of_debian() throws Exception {
        Path file = Files.write(bastion.folder.resolve("play.cast"), bastion.download(code, "v2"));
        try (Terminal played = Terminal.start(List.of(
                "env",
                "LC_ALL=C.UTF-8",
                "HOME=" + bastion.folder,
                Tool.ASCIINEMA.path(),
                "play",
                "--idle-time-limit=0.1",
                file.toString()))) {
            assertThat(played.exit()).isZero();
            assertThat(used(played.screen())).isEqualTo(recorded()).contains("café bold ─ 漢 <&>", "end");
        }
    }

    @Test
    void a_file_of_v3_plays_as_it_is_in_a_browser_with_asciinema_player() throws Exception {
        String chromium = Tool.CHROMIUM.path();
        byte[] cast = bastion.download(code, "v3");
        CompletableFuture<String> told = new CompletableFuture<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> serve(exchange, cast, told));
        server.start();
        Path profile = Files.createTempDirectory(bastion.folder, "browser");
        Process browser = new ProcessBuilder(
                        chromium,
                        "--headless",
                        // The page is ours, and in containers a browser of root has no sandbox to run in.
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--user-data-dir=" + profile,
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/play.html")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("output").toFile())
                .start();
        try {
            Map<String, Object> shown = Json.object(told.get(60, TimeUnit.SECONDS));
            assertThat(shown.get("problems")).isEqualTo(List.of());
            @SuppressWarnings("unchecked")
            List<String> lines = (List<String>) shown.get("lines");
            assertThat(used(lines)).isEqualTo(recorded()).contains("café bold ─ 漢 <&>", "end");
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly().waitFor();
            server.stop(0);
        }
    }

    private static void serve(HttpExchange exchange, byte[] cast, CompletableFuture<String> told) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/told")) {
                told.complete(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(204, -1);
            } else if (path.equals("/session.cast")) {
                answer(exchange, "application/x-asciicast", cast);
            } else if (PLAYER.containsKey(path)) {
                try (var file = StockPlayerTest.class.getResourceAsStream("/asciinema-player" + path)) {
                    answer(exchange, PLAYER.get(path), file.readAllBytes());
                }
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }
}
