package sallyport.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One short run of a program, to its end.
 *
 * @param stdout what it wrote, as text
 */
record Program(int exit, String stdout, String stderr) {

    static Program run(String... command) throws IOException {
        return run(new ProcessBuilder(command));
    }

    static Program run(ProcessBuilder builder) throws IOException {
        Path words = Files.createTempFile("bench", ".stderr");
        try {
            Process process = builder.redirectInput(new File("/dev/null"))
                    .redirectError(words.toFile())
                    .start();
            String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Program(join(process), stdout, Files.readString(words));
        } catch (IOException failed) {
            throw new IOException(builder.command().getFirst() + " cannot be run: " + failed.getMessage(), failed);
        } finally {
            Files.delete(words);
        }
    }

    /** As {@link #run}, and it is an error if the exit status is not 0. */
    static Program must(String... command) throws IOException {
        Program run = run(command);
        if (run.exit != 0) {
            throw new IOException(
                    String.join(" ", List.of(command)) + " ended with " + run.exit + ": " + run.stdout + run.stderr);
        }
        return run;
    }

    /** Waits for the end, and returns the exit status. */
    static int join(Process process) {
        return process.onExit().join().exitValue();
    }
}
