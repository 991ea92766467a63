package sallyport.bastion.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One run of a program, to its end. */
final class Run {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    final int exit;
    final byte[] stdout;
    final String stderr;
    final Duration took;

    private Run(int exit, byte[] stdout, String stderr, Duration took) {
        this.exit = exit;
        this.stdout = stdout;
        this.stderr = stderr;
        this.took = took;
    }

    String out() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    static Run of(List<String> command, byte[] stdin) {
        return of(command, stdin, Map.of(), Path.of("").toAbsolutePath());
    }

    static Run of(List<String> command, byte[] stdin, Map<String, String> environment, Path folder) {
        return of(command, stdin, environment, folder, LIMIT);
    }

    static Run of(List<String> command, byte[] stdin, Map<String, String> environment, Path folder, Duration limit) {
        long began = System.nanoTime();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            CompletableFuture<byte[]> out = read(process.getInputStream());
            CompletableFuture<byte[]> err = read(process.getErrorStream());
            try (OutputStream in = process.getOutputStream()) {
                in.write(stdin);
            } catch (IOException e) {
                // The program did not want all of it; its exit and output tell the story.
            }
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " did not end within " + limit + "; stderr: "
                        // A helper that lives on may hold the stream open.
                        + new String(
                                err.completeOnTimeout(new byte[0], 1, TimeUnit.SECONDS)
                                        .join(),
                                StandardCharsets.UTF_8));
            }
            return new Run(
                    process.exitValue(),
                    out.join(),
                    new String(err.join(), StandardCharsets.UTF_8),
                    Duration.ofNanos(System.nanoTime() - began));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static CompletableFuture<byte[]> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    @Override
    public String toString() {
        return "exit " + exit + "\nstdout: " + (stdout.length < 4000 ? out() : stdout.length + " bytes") + "\nstderr: "
                + stderr;
    }
}
