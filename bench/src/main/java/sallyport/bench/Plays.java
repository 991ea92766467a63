package sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An Ansible play of ten tasks, in seconds of wall time, with Ansible's usual connection sharing and its pipelining on and off. */
final class Plays {

    private static final Path ANSIBLE = Path.of("/usr/bin/ansible-playbook");

    private Plays() {}

    static void measure(Stage stage, int rounds) throws IOException, InterruptedException {
        if (!Files.isExecutable(ANSIBLE)) {
            throw new Missing(ANSIBLE + " is missing; install it (Debian and Ubuntu: apt install ansible-core)");
        }
        Path play = play(stage);
        List<Route> ours = new ArrayList<>(stage.ours());
        ours.addAll(stage.through());
        List<Route> others = List.of(new Route("direct", "direct", Optional.empty()), stage.jump());
        List<Route> routes = new ArrayList<>(ours);
        routes.addAll(others);
        for (boolean pipelining : new boolean[] {true, false}) {
            Rows seconds = new Rows(routes);
            for (Route route : routes) {
                run(stage, route, play, pipelining);
            }
            for (int round = 0; round < rounds; round++) {
                for (Route route : Turns.of(routes, round)) {
                    seconds.of(route).round(run(stage, route, play, pipelining));
                }
            }
            seconds.print(
                    "a play of ten tasks, s, pipelining %s, %d rounds".formatted(pipelining ? "on" : "off", rounds),
                    "%.1f");
            seconds.printRatios(ours, others, "time ratios, less is better");
        }
    }

    private static Path play(Stage stage) throws IOException {
        StringBuilder tasks = new StringBuilder("- hosts: all\n  gather_facts: true\n  tasks:\n");
        for (int i = 1; i <= 5; i++) {
            tasks.append("    - command: echo task %d\n".formatted(i));
            tasks.append("    - copy: {content: \"task %d\\n\", dest: \"%s\"}\n"
                    .formatted(i, stage.folder().resolve("task-" + i)));
        }
        Path play = stage.folder().resolve("play.yaml");
        Files.writeString(play, tasks);
        return play;
    }

    private static double run(Stage stage, Route route, Path play, boolean pipelining)
            throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(stage.folder(), "ansible");
        ProcessBuilder ansible = new ProcessBuilder(ANSIBLE.toString(), "-i", route.host() + ",", play.toString());
        ansible.environment().put("ANSIBLE_HOME", own.toString());
        ansible.environment().put("ANSIBLE_LOCAL_TEMP", own.resolve("local").toString());
        ansible.environment().put("ANSIBLE_REMOTE_TEMP", own.resolve("remote").toString());
        ansible.environment().put("ANSIBLE_PIPELINING", Boolean.toString(pipelining));
        ansible.environment().put("ANSIBLE_PYTHON_INTERPRETER", "/usr/bin/python3");
        // A connection of its own for each run, and gone before the next one.
        ansible.environment()
                .put(
                        "ANSIBLE_SSH_ARGS",
                        "-F %s -o ControlMaster=auto -o ControlPersist=3s".formatted(stage.configFile()));
        ansible.environment()
                .put("ANSIBLE_SSH_CONTROL_PATH_DIR", own.resolve("cp").toString());
        long began = System.nanoTime();
        Program run = Program.run(ansible);
        double seconds = (System.nanoTime() - began) / 1e9;
        if (run.exit() != 0) {
            throw new IOException(
                    route.name() + ": ansible-playbook ended with " + run.exit() + ": " + run.stdout() + run.stderr());
        }
        return seconds;
    }
}
