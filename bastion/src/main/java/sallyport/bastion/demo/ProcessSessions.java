package sallyport.bastion.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which processes belong to a session of {@code setsid(2)}: a shell's jobs have groups of their own, but its session. */
final class ProcessSessions {

    private ProcessSessions() {}

    /** Returns the live processes whose session is {@code leader}, that one among them. */
    static List<ProcessHandle> members(int leader) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        session(process.pid()).filter(id -> id == leader).isPresent())
                .toList();
    }

    private static Optional<Integer> session(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The second field is the program's name in parentheses, which may hold anything, parentheses too.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", 5);
            return Optional.of(Integer.valueOf(fields[3]));
        } catch (IOException | RuntimeException gone) {
            return Optional.empty();
        }
    }
}
