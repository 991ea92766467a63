package sallyport.recorder.playback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import sallyport.recorder.RecordingReader;

/** A recording in a file, written line by line. */
final class Cast {

    static final String START = "2026-11-21T14:00:00Z";

    private static final String[] PIECES = {
        "text ",
        "é漢😀",
        "\r\n",
        "\n\n",
        "\033[31;1m",
        "\033[0m",
        "\033[2J",
        "\033[H",
        "\033[5;7H",
        "\033[?1049h",
        "\033[?1049l",
        "\033[2;9r",
        "\033[r",
        "\033[L",
        "\033[M",
        "\033[3@",
        "\033]0;title\007",
        "\033]8;;https://evil.example\033\\link",
        "\033[",
        "\033]52;c;",
        "\t",
        "\b\b",
        "wrapped words that are longer than a line of the screen is wide, and go on "
    };

    final Path file;

    private Cast(Path file) {
        this.file = file;
    }

    static Cast terminal(Path folder) throws IOException {
        return begin(folder, "terminal");
    }

    static Cast plain(Path folder) throws IOException {
        return begin(folder, "plain");
    }

    private static Cast begin(Path folder, String streams) throws IOException {
        Cast cast = new Cast(Files.createTempFile(folder, "part", ".cast"));
        return cast.line("{\"version\":3,\"term\":{\"cols\":40,\"rows\":10},\"timestamp\":1795269600,"
                        + "\"sallyport\":{\"streams\":\"" + streams + "\"}}")
                .line("#clock " + START + " 0");
    }

    /** Output of every sort, resizes and markers, some at once and some apart. */
    static Cast scribbled(Path folder, Random random, int events) throws IOException {
        Cast cast = terminal(folder);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < events; i++) {
            long millis = random.nextInt(4) == 0 ? 0 : random.nextInt(300);
            switch (random.nextInt(40)) {
                case 0 -> lines.append(event(millis, "r", (1 + random.nextInt(60)) + "x" + (1 + random.nextInt(20))));
                case 1 -> lines.append(event(millis, "m", "marker " + i));
                default -> {
                    StringBuilder text = new StringBuilder();
                    for (int piece = random.nextInt(6); piece >= 0; piece--) {
                        text.append(PIECES[random.nextInt(PIECES.length)]);
                    }
                    lines.append(event(millis, "o", text.toString()));
                }
            }
        }
        return cast.text(lines.toString());
    }

    Cast output(long afterMillis, String text) throws IOException {
        return text(event(afterMillis, "o", text));
    }

    Cast marker(long afterMillis, String label) throws IOException {
        return text(event(afterMillis, "m", label));
    }

    Cast resize(long afterMillis, int columns, int rows) throws IOException {
        return text(event(afterMillis, "r", columns + "x" + rows));
    }

    Cast exit(long afterMillis) throws IOException {
        return text(event(afterMillis, "x", "0"));
    }

    Cast line(String line) throws IOException {
        return text(line + "\n");
    }

    Cast text(String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        return this;
    }

    Playback play() throws IOException {
        return Playback.of(this::reader);
    }

    RecordingReader reader() throws IOException {
        return RecordingReader.open(file);
    }

    private static String event(long afterMillis, String code, String data) {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < data.length(); i++) {
            char c = data.charAt(i);
            json.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return "[" + afterMillis / 1000 + "." + "%03d".formatted(afterMillis % 1000) + ",\"" + code + "\",\"" + json
                + "\"]\n";
    }
}
