package sallyport.recorder.screen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/** What a program once wrote, how to play it, and where to look (see {@code src/test/screen/README.md}). */
final class GoldenCapture {

    private final Path folder;
    private final String name;
    private final byte[] bytes;
    private final int columns;
    private final int rows;
    private final List<?> steps;

    private GoldenCapture(Path folder, String name, byte[] bytes, Map<?, ?> how) {
        this.folder = folder;
        this.name = name;
        this.bytes = bytes;
        columns = (Integer) how.get("columns");
        rows = (Integer) how.get("rows");
        steps = (List<?>) how.get("steps");
    }

    byte[] bytes() {
        return bytes;
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    static Stream<GoldenCapture> all() {
        try {
            Path folder = Path.of(GoldenCapture.class.getResource("/screen").toURI());
            List<GoldenCapture> captures = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.bytes")) {
                for (Path file : files) {
                    String name = file.getFileName().toString().replace(".bytes", "");
                    Map<?, ?> how = (Map<?, ?>) GoldenJson.read(folder.resolve(name + ".json"));
                    captures.add(new GoldenCapture(folder, name, Files.readAllBytes(file), how));
                }
            }
            return captures.stream().sorted(Comparator.comparing(GoldenCapture::toString));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What another terminal saw, one entry a look. */
    List<Map<?, ?>> golden(String judge) throws IOException {
        List<?> looks = (List<?>) GoldenJson.read(folder.resolve(name + "." + judge + ".json"));
        return looks.stream().<Map<?, ?>>map(look -> (Map<?, ?>) look).toList();
    }

    /** Plays it in pieces; {@code piece} says how many bytes to feed of so many that are left. */
    void play(IntUnaryOperator piece, Consumer<Screen> look) {
        Screen screen = new Screen(columns, rows);
        int at = 0;
        for (Object step : steps) {
            switch (step) {
                case Integer offset -> {
                    while (at < offset) {
                        int length = piece.applyAsInt(offset - at);
                        screen.feed(bytes, at, length);
                        at += length;
                    }
                }
                case List<?> size -> screen.resize((Integer) size.get(0), (Integer) size.get(1));
                default -> look.accept(screen);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
