import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/** Checks, or with {@code write} restores, the layout of every Java file of the project. */
class Format {

    public static void main(String[] args) throws IOException {
        boolean write = args[0].equals("write");
        Path root = Path.of(args[1]).toRealPath();
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(false)
                .build());
        List<Path> files;
        try (Stream<Path> tree = Files.walk(root)) {
            files = tree.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> !root.relativize(f).toString().contains("target/"))
                    .toList();
        }
        var wrong = new ConcurrentSkipListSet<String>();
        files.parallelStream().forEach(file -> {
            try {
                String text = Files.readString(file);
                String formatted = formatter.formatSourceAndFixImports(text);
                if (!formatted.equals(text)) {
                    wrong.add(root.relativize(file).toString());
                    if (write) {
                        Files.writeString(file, formatted);
                    }
                }
            } catch (Exception e) {
                wrong.add(root.relativize(file) + ": " + e.getMessage());
            }
        });
        if (write) {
            System.out.println(wrong.size() + " of " + files.size() + " files written");
        } else if (!wrong.isEmpty()) {
            System.err.println("Not in the project's layout; put right with: mvn -pl .ci/format verify -Dformat=write");
            wrong.forEach(f -> System.err.println("  " + f));
            System.exit(1);
        }
    }
}
