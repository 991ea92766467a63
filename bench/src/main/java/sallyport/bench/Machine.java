package sallyport.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were made on. */
final class Machine {

    private Machine() {}

    static String describe() throws IOException {
        Program version = Program.run("ssh", "-V");
        return "%s, %d cores, %s, java %s\n%s"
                .formatted(
                        cpu(),
                        Runtime.getRuntime().availableProcessors(),
                        version.stderr().strip(),
                        Runtime.version(),
                        load());
    }

    /** The load averages, which say who else was busy. */
    static String load() throws IOException {
        String[] words = read("/proc/loadavg").split(" ", -1);
        return "load " + words[0] + " " + words[1] + " " + words[2];
    }

    private static String cpu() throws IOException {
        return read("/proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor");
    }

    /** Memory of a process that is in RAM now, in KiB. */
    static long residentKib(long pid) throws IOException {
        return read("/proc/" + pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.UTF_8);
    }
}
