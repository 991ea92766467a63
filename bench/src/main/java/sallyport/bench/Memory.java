package sallyport.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What an idle session with a client in it keeps alive in the bastion's heap. Not the difference of resident memory: a heap
 * that garbage has touched before does not grow when sessions settle in it, and the difference can even be negative.
 */
final class Memory {

    private static final int SESSIONS = 100;

    private Memory() {}

    static void measure(Stage stage) throws IOException, InterruptedException {
        Table table = new Table("", "live heap before, MiB", "with sessions, MiB", "a session, KiB", "resident, MiB");
        for (Route route : stage.ours()) {
            Bastion bastion = route.bastion().orElseThrow();
            // So that classes that the first session loads are not counted as the sessions'.
            open(stage, route, 3).forEach(Terminal::close);
            long before = liveBytes(bastion);
            List<Terminal> sessions = open(stage, route, SESSIONS);
            try {
                long with = liveBytes(bastion);
                table.row(
                        route.name(),
                        "%.1f".formatted(before / 1048576.0),
                        "%.1f".formatted(with / 1048576.0),
                        "%d".formatted((with - before) / SESSIONS / 1024),
                        "%d".formatted(Machine.residentKib(bastion.pid()) / 1024));
            } finally {
                sessions.forEach(Terminal::close);
            }
        }
        table.print("memory, %d idle sessions".formatted(SESSIONS));
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

    private static List<Terminal> open(Stage stage, Route route, int count) throws IOException {
        List<Terminal> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(Terminal.open(stage, route));
        }
        return sessions;
    }
}
