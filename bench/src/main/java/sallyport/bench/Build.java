package sallyport.bench;

import java.nio.file.Path;

/**
 * A packaged bastion to measure.
 *
 * @param name its row
 * @param launcher the script that runs it
 * @param javaOptions words for SALLYPORT_JAVA_OPTS, after those of the environment
 */
record Build(String name, Path launcher, String javaOptions) {

    /** Reads {@code NAME=LAUNCHER [JAVA OPTIONS]}. */
    static Build parse(String text) {
        String[] words = text.split(" ", 2);
        int equals = words[0].indexOf('=');
        String name = equals < 0 ? "" : words[0].substring(0, equals);
        if (!name.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException("--beside needs NAME=LAUNCHER, the name in a-z, 0-9 and -, not " + text);
        }
        return new Build(
                name, Path.of(words[0].substring(equals + 1)).toAbsolutePath(), words.length > 1 ? words[1] : "");
    }
}
