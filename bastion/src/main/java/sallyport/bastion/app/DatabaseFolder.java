package sallyport.bastion.app;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sallyport.keys.SecretFile;

/**
 * The folder of an embedded PostgreSQL: its programs, its data, its passwords, its log; and the programs run on it.
 *
 * <p>PostgreSQL refuses to run as root. For root its programs run in a user namespace ({@code unshare -U}), where the same
 * account has another number: the files stay root's.
 */
record DatabaseFolder(
        Path path, Path programs, BastionSettings.Account owner, BastionSettings.Account application, boolean asRoot) {

    static final String DATABASE = "sallyport";

    private static final int PASSWORD_LETTERS = 43;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** Making the data takes two seconds on a slow machine; a disk that needs minutes is not one to run this on. */
    private static final long PROGRAM_SECONDS = 180;

    /** Unpacks the programs and makes the passwords, where that was not done before. */
    static DatabaseFolder prepare(Path path) throws IOException, StartRefused {
        Folders.make(path);
        return new DatabaseFolder(
                path.toRealPath(),
                DatabaseBinaries.unpack(path.toRealPath()),
                account("sallyport_owner", path.resolve("owner.password")),
                account("sallyport", path.resolve("application.password")),
                new UnixSystem().getUid() == 0);
    }

    Path data() {
        return path.resolve("data");
    }

    Path log() {
        return path.resolve("log");
    }

    Path pidFile() {
        return data().resolve("postmaster.pid");
    }

    /** Makes the data folder with both roles and an empty database, if there is none; whole or not at all. */
    void initialise() throws IOException, InterruptedException, StartRefused {
        if (Files.exists(data())) {
            return;
        }
        Path unfinished = path.resolve("data.new");
        Folders.delete(unfinished);
        run(
                "",
                "initdb",
                "--pgdata=" + unfinished,
                "--username=postgres",
                "--auth=reject",
                "--encoding=UTF8",
                "--locale=C");
        Files.writeString(unfinished.resolve("pg_hba.conf"), """
            # Two roles, one database, loopback, with a password. Everything else is refused.
            host %1$s %2$s,%3$s 127.0.0.1/32 scram-sha-256
            """.formatted(DATABASE, owner.user(), application.user()));
        // In single-user mode, so that there is never a server that lets anybody in without a password. The passwords
        // go
        // by standard input, not by arguments, and hold letters and digits alone.
        run(
                """
                CREATE ROLE %2$s LOGIN PASSWORD '%3$s'
                CREATE ROLE %4$s LOGIN PASSWORD '%5$s'
                CREATE DATABASE %1$s OWNER %2$s
                """.formatted(DATABASE, owner.user(), owner.password(), application.user(), application.password()),
                "postgres",
                "--single",
                "-c",
                "log_min_error_statement=panic",
                "-c",
                "exit_on_error=on",
                "-D",
                unfinished.toString(),
                "postgres");
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Starts the server in a session of its own. It may end at once; see {@link #lastWords}. */
    Process serve(int port) throws IOException {
        List<String> command =
                new ArrayList<>(command("postgres", "-D", data().toString(), "-p", String.valueOf(port)));
        List.of(
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "fsync=on",
                        "synchronous_commit=on",
                        "full_page_writes=on",
                        "password_encryption=scram-sha-256",
                        "max_connections=50",
                        "timezone=UTC",
                        "log_timezone=UTC")
                .forEach(setting -> command.addAll(List.of("-c", setting)));
        command.addFirst("setsid");
        return builder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    /** Tells the server of this folder to end its connections and then itself, and waits for that. */
    void stopFast(long seconds) throws IOException, InterruptedException {
        try {
            run("", "pg_ctl", "stop", "-D", data().toString(), "-m", "fast", "-w", "-t", String.valueOf(seconds));
        } catch (StartRefused failed) {
            throw new IOException(failed.getMessage(), failed);
        }
    }

    /** Returns the last line of the server's log that says something went wrong, else the last line. */
    String lastWords() throws IOException {
        List<String> lines = Files.exists(log()) ? Files.readAllLines(log(), StandardCharsets.ISO_8859_1) : List.of();
        return lines.reversed().stream()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .findFirst()
                .or(() -> lines.reversed().stream().findFirst())
                .orElse("it says nothing");
    }

    private void run(String input, String program, String... arguments)
            throws IOException, InterruptedException, StartRefused {
        Path output = path.resolve("log." + program);
        Process process = builder(command(program, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedEarly) {
            // its status says why
        }
        if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new StartRefused("the demo's database: " + program + " did not end within " + PROGRAM_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            String hint = asRoot
                    ? "; as root this needs user namespaces (unshare -U), else run the demo as another account"
                    : "";
            throw new StartRefused("the demo's database: " + program + " failed with status " + process.exitValue()
                    + hint + " (see " + output + ")");
        }
        Files.deleteIfExists(output);
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (asRoot) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(path.toFile());
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        return builder;
    }

    private static BastionSettings.Account account(String user, Path file) throws IOException {
        if (!Files.exists(file)) {
            StringBuilder password = new StringBuilder();
            new SecureRandom()
                    .ints(PASSWORD_LETTERS, 0, LETTERS.length())
                    .forEach(letter -> password.append(LETTERS.charAt(letter)));
            SecretFile.create(file, "password file", password.toString().getBytes(StandardCharsets.US_ASCII));
        }
        return new BastionSettings.Account(
                user, new String(SecretFile.read(file, "password file"), StandardCharsets.US_ASCII));
    }
}
