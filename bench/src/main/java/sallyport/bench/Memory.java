package sallyport.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a session with a client in it keeps alive in the bastion's heap, and what it costs in processor time: many that are idle,
 * and many in which a program writes a screenful twice a second. Not the difference of resident memory: a heap that garbage has
 * touched before does not grow when sessions settle in it, and the difference can even be negative.
 */
final class Memory {

    private static final int IDLE = 500;
    private static final int BUSY = 200;
    private static final int SETTLE_SECONDS = 30;
    private static final String WRITES = "while sleep 0.5; do seq 1 200; done";

    /** How long processor time is counted. */
    private static final int WATCHED_SECONDS = 20;

    private Memory() {}

    static void measure(Stage stage) throws IOException, InterruptedException {
        Table table = new Table(
                "",
                "live heap before, MiB",
                "with sessions, MiB",
                "a session, KiB",
                "resident, MiB",
                "bastion, % of a core");
        for (Route route : stage.ours()) {
            Bastion bastion = route.bastion().orElseThrow();
            // So that classes that the first session loads are not counted as the sessions'.
            close(open(stage, route, 3));
            long before = liveBytes(bastion);
            List<Process> idle = open(stage, route, IDLE);
            // What five hundred logins leave to the compiler and the collector is not what idling costs.
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            row(table, "%s, %d idle".formatted(route.name(), IDLE), bastion, before, IDLE);
            close(idle);
            long between = liveBytes(bastion);
            List<Process> busy = new ArrayList<>();
            for (int i = 0; i < BUSY; i++) {
                busy.add(stage.terminal(route, WRITES)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start());
            }
            TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
            row(table, "%s, %d busy".formatted(route.name(), BUSY), bastion, between, BUSY);
            close(busy);
        }
        table.print("memory and processor time of many sessions");
    }

    private static void row(Table table, String what, Bastion bastion, long before, int sessions)
            throws IOException, InterruptedException {
        Duration used = cpu(bastion);
        TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
        double share = (double) cpu(bastion).minus(used).toMillis() / WATCHED_SECONDS / 10;
        long with = liveBytes(bastion);
        table.row(
                what,
                "%.1f".formatted(before / 1048576.0),
                "%.1f".formatted(with / 1048576.0),
                "%d".formatted((with - before) / sessions / 1024),
                "%d".formatted(Machine.residentKib(bastion.pid()) / 1024),
                "%.1f".formatted(share));
    }

    private static Duration cpu(Bastion bastion) {
        return ProcessHandle.of(bastion.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    private static void close(List<Process> clients) {
        clients.forEach(Process::destroy);
        clients.forEach(Program::join);
    }

    /** Of all objects that a full collection leaves; the last line of the histogram is their sum. */
    private static long liveBytes(Bastion bastion) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(2);
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        String histogram = Program.must(jcmd, Long.toString(bastion.pid()), "GC.class_histogram")
                .stdout();
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd gives no total: " + histogram));
        return Long.parseLong(total.strip().replaceAll(".*\\s", ""));
    }

    /** Terminals that are ready, with nobody typing. */
    private static List<Process> open(Stage stage, Route route, int count) throws IOException {
        List<Process> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(Terminal.open(stage, route).process());
        }
        return sessions;
    }
}
