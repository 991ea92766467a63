package sallyport.bastion.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import sallyport.keys.KeyFile;

/** One target: an SSH server on loopback with a host key of its own, which lets one key in, under any login. */
final class DemoTarget implements AutoCloseable {

    private static final List<Path> SFTP_SERVERS = List.of(
            Path.of("/usr/lib/openssh/sftp-server"),
            Path.of("/usr/libexec/openssh/sftp-server"),
            Path.of("/usr/lib/ssh/sftp-server"));

    /** A reader may rest as long as it likes; its program waits meanwhile. */
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private final SshServer server;
    private final Posix posix;
    private final Account account;
    private final Prompt prompt;
    private final ExecutorService threads;
    private final Set<Program> running = ConcurrentHashMap.newKeySet();
    private final Set<ProcessHandle> leftBehind = ConcurrentHashMap.newKeySet();

    private DemoTarget(SshServer server, Posix posix, Account account, Prompt prompt, ExecutorService threads) {
        this.server = server;
        this.posix = posix;
        this.account = account;
        this.prompt = prompt;
        this.threads = threads;
    }

    /**
     * Serves target {@code name}.
     *
     * @param folder holds its host key, made at the first start, and its shell's start file
     * @param port 0 picks a free one
     * @param trusted whether a public key may log in; the client has to prove that it has it
     */
    static DemoTarget start(
            String name,
            Path folder,
            int port,
            Predicate<PublicKey> trusted,
            Posix posix,
            Account account,
            ExecutorService threads)
            throws IOException {
        Files.createDirectories(folder);
        SshServer server = SshServer.setUpDefaultServer();
        DemoTarget target = new DemoTarget(server, posix, account, Prompt.write(folder, name), threads);
        server.setIoServiceFactoryFactory(new Nio2ServiceFactoryFactory());
        server.setHost("127.0.0.1");
        server.setPort(port);
        server.setKeyPairProvider(KeyPairProvider.wrap(
                KeyFile.loadOrCreate(folder.resolve("host_key"), "sallyport demo target " + name)));
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator((login, key, session) -> trusted.test(key));
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setChannelFactories(List.of(new ChannelSessionFactory() {
            @Override
            public Channel createChannel(Session session) {
                return new TargetChannel();
            }
        }));
        server.setShellFactory(channel -> target.visit(target::shell));
        server.setCommandFactory(
                (channel, command) -> target.visit(environment -> target.command(command, environment)));
        server.setSubsystemFactories(SFTP_SERVERS.stream()
                .filter(Files::isExecutable)
                .limit(1)
                .<SubsystemFactory>map(target::sftp)
                .toList());
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, NO_LIMIT);
        CoreModuleProperties.WINDOW_TIMEOUT.set(server, NO_LIMIT);
        CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, Duration.ZERO);
        server.start();
        return target;
    }

    int port() {
        return server.getPort();
    }

    /** Lets nobody in any more, ends every program and what it left behind, and closes all connections. */
    @Override
    public void close() throws IOException {
        List<Program> programs = List.copyOf(running);
        programs.forEach(program -> program.signal(Posix.SIGHUP));
        programs.forEach(this::killAll);
        leftBehind.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        server.stop(true);
    }

    private Command visit(Visit.Opening opening) {
        return new Visit(
                environment -> {
                    Program program = opening.open(environment);
                    running.add(program);
                    return program;
                },
                threads,
                this::ended);
    }

    private Program shell(Environment environment) throws IOException {
        Map<String, String> variables = account.environment(environment.getEnv());
        return hasTerminal(environment)
                ? terminal(prompt.interactive(account.shell(), variables), variables, environment)
                : plain(account.shell(), List.of("-" + account.shell().getFileName()), variables);
    }

    /** Gives the command's text to the account's shell, as every SSH server does: that is the protocol's meaning of it. */
    private Program command(String text, Environment environment) throws IOException {
        Map<String, String> variables = account.environment(environment.getEnv());
        Path shell = account.shell();
        return hasTerminal(environment)
                ? terminal(List.of(shell.toString(), "-c", text), variables, environment)
                : plain(shell, List.of(String.valueOf(shell.getFileName()), "-c", text), variables);
    }

    private SubsystemFactory sftp(Path program) {
        return new SubsystemFactory() {
            @Override
            public String getName() {
                return "sftp";
            }

            @Override
            public Command createSubsystem(ChannelSession channel) {
                return visit(environment ->
                        plain(program, List.of("sftp-server"), account.environment(environment.getEnv())));
            }
        };
    }

    private Program terminal(List<String> command, Map<String, String> variables, Environment environment)
            throws IOException {
        variables.put("TERM", environment.getEnv().getOrDefault(Environment.ENV_TERM, "dumb"));
        return TerminalProgram.start(
                posix,
                command,
                variables,
                account.home(),
                Sizes.of(environment, Environment.ENV_COLUMNS, Sizes.COLUMNS),
                Sizes.of(environment, Environment.ENV_LINES, Sizes.ROWS));
    }

    private Program plain(Path program, List<String> command, Map<String, String> variables) throws IOException {
        return PlainProgram.start(
                posix,
                program.toString(),
                command,
                variables.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList(),
                account.home());
    }

    private static boolean hasTerminal(Environment environment) {
        return !environment.getPtyModes().isEmpty() || environment.getEnv().containsKey(Environment.ENV_TERM);
    }

    private void ended(Program program) {
        running.remove(program);
        leftBehind.removeIf(process -> !process.isAlive());
        leftBehind.addAll(ProcessSessions.members(program.pid()));
    }

    private void killAll(Program program) {
        posix.killGroup(program.pid(), Posix.SIGKILL);
        ProcessSessions.members(program.pid()).forEach(ProcessHandle::destroyForcibly);
    }
}
