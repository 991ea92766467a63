package sallyport.bastion.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sallyport.bastion.demo.DemoTargets;
import sallyport.keys.KeyFile;
import sallyport.keys.PinnedHostKeys;

/**
 * The command line {@code sallyport}. Data goes to standard output, words about errors to standard error, one sentence each.
 * Status 0: done; 1: failed; 2: wrong usage. Nobody else calls {@code System.exit} or names the standard streams.
 */
@Command(
        name = "sallyport",
        description =
                "An SSH bastion: plain ssh in, sessions that last, approval before production, everything recorded.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = Main.Key.class)
public final class Main implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final BastionStarter starter;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    Main(BastionStarter starter, InputStream in, PrintStream out, PrintStream err) {
        this.starter = starter;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Runs one command and ends the process with its status. */
    public static void main(String[] arguments) {
        BastionStarter starter = settings -> Bastion.start(settings, InstantSource.system(), System::nanoTime);
        System.exit(new Main(starter, System.in, System.out, System.err).run(arguments));
    }

    /** The jar's own version. */
    static String versionText() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    /** Runs one command and returns its status. */
    int run(String... arguments) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true, out.charset()))
                .setErr(new PrintWriter(err, true, err.charset()))
                .setParameterExceptionHandler((wrong, given) -> {
                    err.println("sallyport: " + oneLine(wrong.getMessage()) + " (see: "
                            + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
                    return WRONG_USAGE;
                })
                .setExecutionExceptionHandler((failed, line, parsed) -> {
                    err.println("sallyport: " + words(failed));
                    return FAILED;
                })
                .execute(arguments);
    }

    /** Without a command: says what there is. */
    @Override
    public Integer call() {
        CommandLine.usage(this, err);
        return WRONG_USAGE;
    }

    @Command(
            name = "demo",
            description = "Runs everything on this machine: bastion, database, two targets, four people.",
            mixinStandardHelpOptions = true)
    int demo(
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            defaultValue = ".sallyport",
                            description = "what the demo keeps (default: ${DEFAULT-VALUE})")
                    Path dir,
            @Option(
                            names = "--ssh-port",
                            paramLabel = "PORT",
                            defaultValue = "2222",
                            description = "0 picks a free one (default: ${DEFAULT-VALUE})")
                    int sshPort,
            @Option(
                            names = "--http-port",
                            paramLabel = "PORT",
                            defaultValue = "8022",
                            description = "0 picks a free one (default: ${DEFAULT-VALUE})")
                    int httpPort)
            throws StartRefused, InterruptedException {
        if (sshPort < 0 || sshPort > 0xffff || httpPort < 0 || httpPort > 0xffff) {
            err.println("sallyport: ports go from 0 to 65535");
            return WRONG_USAGE;
        }
        new Demo(starter, this::print, untilToldToStop()).run(dir, sshPort, httpPort);
        return DONE;
    }

    @Command(
            name = "serve",
            description = "Runs the bastion. SIGHUP reads the access file again, SIGTERM ends it.",
            mixinStandardHelpOptions = true)
    int serve(@Option(names = "--config", paramLabel = "FILE", required = true) Path config)
            throws StartRefused, InterruptedException {
        CountDownLatch stop = untilToldToStop();
        BastionSettings settings = Config.read(config);
        try (BastionStarter.RunningBastion bastion = starter.start(settings);
                ExecutorService reloads = Executors.newSingleThreadExecutor(
                        Thread.ofVirtual().name("reload").factory())) {
            Signals.on("HUP", () -> reloads.execute(() -> reload(bastion)));
            LOG.info(
                    "serving ssh on {}, http on {}",
                    settings.ssh().listen(),
                    settings.http().listen());
            stop.await();
            LOG.info("stopping");
        }
        return DONE;
    }

    @Command(
            name = "check-config",
            description = "Prints the effective settings of FILE, or all that is wrong with it.",
            mixinStandardHelpOptions = true)
    int checkConfig(@Parameters(paramLabel = "FILE") Path file) throws StartRefused {
        out.print(Config.show(Config.read(file)));
        out.flush();
        return DONE;
    }

    @Command(
            name = "verify",
            description = "Says whether a bundle of recordings is as it was made, with public keys alone.",
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "BUNDLE", description = "what recording export wrote") Path bundle,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            defaultValue = "",
                            description = "the key of the log, name+id+base64, or a file with such, one a line")
                    String key) {
        return new BundleVerdict(out, err).say(bundle, key);
    }

    @Command(name = "key", description = "The bastion's own keys.", mixinStandardHelpOptions = true)
    static final class Key implements Callable<Integer> {

        @CommandLine.ParentCommand
        private @org.jspecify.annotations.Nullable Main main;

        @Override
        public Integer call() {
            main().err.println("sallyport: say which: key show, or key create (see: sallyport key --help)");
            return WRONG_USAGE;
        }

        @Command(
                name = "show",
                description = "Prints the public key that targets must trust, for their authorized_keys.",
                mixinStandardHelpOptions = true)
        int show(@Option(names = "--config", paramLabel = "FILE", required = true) Path config)
                throws StartRefused, IOException {
            main().print(KeyFile.publicLine(KeyFile.load(Config.read(config).targetKey())) + " sallyport");
            return DONE;
        }

        @Command(
                name = "create",
                description =
                        "Makes the host key, the host authority, the signing key and the key towards targets, those"
                                + " that are missing.",
                mixinStandardHelpOptions = true)
        int create(@Option(names = "--config", paramLabel = "FILE", required = true) Path config)
                throws StartRefused, IOException {
            BastionSettings settings = Config.read(config);
            make(settings.ssh().hostKey(), "host key", "sallyport host key");
            make(settings.ssh().hostAuthority(), "host authority", "sallyport host authority");
            make(settings.signing().key(), "signing key", settings.signing().name());
            make(settings.targetKey(), "key towards targets", "sallyport");
            return DONE;
        }

        private void make(Path file, String what, String comment) throws IOException {
            boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            String fingerprint =
                    KeyFile.fingerprint(KeyFile.loadOrCreate(file, comment).getPublic());
            main().print((there ? "kept " : "made ") + what + " " + file + " " + fingerprint);
        }

        private Main main() {
            if (main == null) {
                throw new IllegalStateException("the command line has no root");
            }
            return main;
        }
    }

    @Command(name = "demo-targets", hidden = true, description = "The demo's targets, until standard input ends.")
    int demoTargets(
            @Option(names = "--dir", required = true) Path dir,
            @Option(names = "--trust", required = true) Path trust,
            @Option(names = "--name", required = true) List<String> names)
            throws IOException, InterruptedException {
        CountDownLatch stop = untilToldToStop();
        Signals.on("HUP", stop::countDown);
        var trusted = PinnedHostKeys.parse(List.of(Files.readString(trust, StandardCharsets.UTF_8)));
        try (DemoTargets targets = DemoTargets.start(dir, names, trusted::contains)) {
            print(targets.servingLine());
            Thread.ofPlatform().daemon().name("parent").start(() -> {
                awaitEndOfInput();
                stop.countDown();
            });
            stop.await();
        }
        return DONE;
    }

    private void awaitEndOfInput() {
        try {
            while (in.read() >= 0) {
                // nothing is said here but the end
            }
        } catch (IOException end) {
            LOG.debug("standard input is gone", end);
        }
    }

    private static void reload(BastionStarter.RunningBastion bastion) {
        try {
            bastion.reload();
            LOG.info("the access file is read again and in force");
        } catch (StartRefused wrong) {
            LOG.error("the access file is not applied, what was in force stays: {}", wrong.getMessage());
        } catch (RuntimeException failed) {
            LOG.error("the access file is not applied, what was in force stays", failed);
        }
    }

    /** A latch that SIGINT and SIGTERM bring to zero, so that the process ends by returning, with a status of its own. */
    private static CountDownLatch untilToldToStop() {
        CountDownLatch stop = new CountDownLatch(1);
        Signals.on("INT", stop::countDown);
        Signals.on("TERM", stop::countDown);
        return stop;
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }

    private static String words(Exception failed) {
        return switch (failed) {
            case StartRefused refused -> String.valueOf(refused.getMessage());
            case IOException failure ->
                oneLine(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            default -> "this should not happen: " + oneLine(failed.toString());
        };
    }

    private static String oneLine(@org.jspecify.annotations.Nullable String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }

    /** What {@code --version} says: the jar's own version. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"sallyport " + versionText()};
        }
    }
}
