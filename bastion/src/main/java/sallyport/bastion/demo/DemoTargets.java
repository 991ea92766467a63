package sallyport.bastion.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All targets of one demo, each an SSH server on its own loopback port.
 *
 * <p>Meant for a process of its own ({@code sallyport demo-targets}), so that a bastion reaches them over the network and
 * can be killed without them, and they without it.
 */
public final class DemoTargets implements AutoCloseable {

    private final Map<String, DemoTarget> targets = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            // Platform threads: they block in native reads of pipes and terminals. Daemons: a program that escaped its
            // session may hold a pipe open, and must not keep this process.
            Thread.ofPlatform().daemon().name("visit-", 1).factory());

    private DemoTargets() {}

    /**
     * Starts the targets; they serve when this returns.
     *
     * @param folder each target has a folder of its name in it, for its host key and its shell's files
     * @param names what the targets are called
     * @param trusted whether a public key may log in: the bastion's may
     * @throws IOException in words, if one cannot be started; then none is
     */
    public static DemoTargets start(Path folder, List<String> names, Predicate<PublicKey> trusted) throws IOException {
        DemoTargets all = new DemoTargets();
        try {
            Posix posix = new Posix();
            Account account = Account.current();
            for (String name : names) {
                all.targets.put(
                        name, DemoTarget.start(name, folder.resolve(name), 0, trusted, posix, account, all.threads));
            }
            return all;
        } catch (IOException | RuntimeException failed) {
            all.close();
            throw failed;
        }
    }

    /** Returns one line for a program to read: {@code serving web-1=40123 prod-db-1=40125}, names and loopback ports. */
    public String servingLine() {
        return targets.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().port())
                .collect(Collectors.joining(" ", "serving ", ""));
    }

    /** Ends every shell and what it started, then the servers. Does not fail. */
    @Override
    public void close() {
        for (DemoTarget target : targets.values()) {
            try {
                target.close();
            } catch (IOException ended) {
                org.slf4j.LoggerFactory.getLogger(DemoTargets.class).warn("a target did not close well", ended);
            }
        }
        threads.shutdownNow();
    }
}
