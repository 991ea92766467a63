package sallyport.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line of the benchmarks. */
public final class Bench {

    private static final String USAGE = """
        bench/run [throughput|files|plays|login|echo|memory|all|screen|recording|search] [options]
          files               scp of one file, up and down
          plays               an Ansible play of ten tasks; it is not one of "all", as it needs ansible-playbook
          screen              the terminal model by itself, with JMH; it is not one of "all", and takes no options
          recording           the recorder by itself: appends of a hundred sessions, then bytes a second, with JMH
          search              searching recordings, on a database of its own; it is not one of "all"
          --sessions N        of "search": how many sessions, a thousand lines each (default 10000)
          --rounds N          how often each row is measured (default 5)
          --megabytes N       size of the text of the throughput rows (default 256), and of the file of "files" (default 1024)
          --beside NAME=LAUNCHER [JAVA OPTIONS]
                              one more bastion, another build or other options, in the same run; may be given again
          --bastions-only     leave the OpenSSH rows out: to compare builds
        """;

    private record Order(
            String what,
            int rounds,
            Optional<Integer> megabytes,
            int sessions,
            boolean bastionsOnly,
            List<Build> builds) {}

    private Bench() {}

    /** Arguments: the launcher to measure, then those of {@code bench/run}. */
    public static void main(String[] arguments) throws InterruptedException {
        int status = 0;
        try {
            Order order = order(arguments);
            System.out.println(Machine.describe());
            if (order.what.equals("screen")) {
                Jmh.run(ScreenBenchmark.class);
                System.exit(0);
            }
            if (order.what.equals("recording")) {
                Appends.measure();
                Jmh.run(RecordingBenchmark.class);
                System.out.println(Machine.load());
                System.exit(0);
            }
            if (order.what.equals("search")) {
                Search.measure(order.sessions);
                System.exit(0);
            }
            try (Stage stage = Stage.set(order.builds)) {
                measure(order, stage);
            }
            System.out.println(Machine.load());
        } catch (Missing | IllegalArgumentException words) {
            System.err.println("bench: " + words.getMessage());
            status = words instanceof Missing ? 1 : 2;
        } catch (IOException failed) {
            System.err.println("bench: failed: " + failed);
            status = 1;
        }
        System.exit(status);
    }

    private static void measure(Order order, Stage stage) throws IOException, InterruptedException {
        boolean all = order.what.equals("all");
        if (all || order.what.equals("throughput")) {
            Throughput.measure(stage, order.rounds, order.megabytes.orElse(256), order.bastionsOnly);
        }
        if (all || order.what.equals("files")) {
            Copies.measure(stage, order.rounds, order.megabytes.orElse(1024), order.bastionsOnly);
        }
        if (order.what.equals("plays")) {
            Plays.measure(stage, order.rounds);
        }
        if (all || order.what.equals("login")) {
            Logins.measure(stage, order.rounds, order.bastionsOnly);
        }
        if (all || order.what.equals("echo")) {
            Echo.measure(stage, order.rounds, order.bastionsOnly);
        }
        if (all || order.what.equals("memory")) {
            Memory.measure(stage);
        }
    }

    private static Order order(String[] arguments) {
        String what = "all";
        int rounds = 5;
        Optional<Integer> megabytes = Optional.empty();
        int sessions = 10_000;
        boolean bastionsOnly = false;
        List<Build> builds = new ArrayList<>();
        builds.add(new Build("sallyport", Path.of(arguments[0]), ""));
        for (int i = 1; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "throughput",
                        "files",
                        "plays",
                        "login",
                        "echo",
                        "memory",
                        "all",
                        "screen",
                        "recording",
                        "search" -> what = arguments[i];
                case "--rounds" -> rounds = number(arguments, ++i);
                case "--megabytes" -> megabytes = Optional.of(number(arguments, ++i));
                case "--sessions" -> sessions = number(arguments, ++i);
                case "--bastions-only" -> bastionsOnly = true;
                case "--beside" -> builds.add(Build.parse(value(arguments, ++i)));
                case "--help" -> throw new IllegalArgumentException("\n" + USAGE);
                default -> throw new IllegalArgumentException("unknown: " + arguments[i] + "\n" + USAGE);
            }
        }
        return new Order(what, rounds, megabytes, sessions, bastionsOnly, List.copyOf(builds));
    }

    private static String value(String[] arguments, int at) {
        if (at >= arguments.length) {
            throw new IllegalArgumentException(arguments[at - 1] + " needs a value\n" + USAGE);
        }
        return arguments[at];
    }

    private static int number(String[] arguments, int at) {
        String text = value(arguments, at);
        if (!text.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(arguments[at - 1] + " needs a number from 1 to 99999, not " + text);
        }
        return Integer.parseInt(text);
    }
}
