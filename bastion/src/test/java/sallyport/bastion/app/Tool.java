package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program that a test needs. In CI a missing one fails the test; elsewhere the test is skipped with what to install. */
enum Tool {
    SSH("ssh", "openssh-client"),
    SCP("scp", "openssh-client"),
    SSH_KEYGEN("ssh-keygen", "openssh-client"),
    SSHD("sshd", "openssh-server"),
    ASCIINEMA("asciinema", "asciinema"),
    SCRIPT("script", "bsdutils"),
    GIT("git", "git");

    private final String command;
    private final String debianPackage;

    Tool(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    /** Where it is; ends the test if it is nowhere. */
    String path() {
        List<String> folders = Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/sbin", "/usr/local/sbin"))
                .toList();
        for (String folder : folders) {
            Path file = Path.of(folder, command);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        String words = command + " is missing; install it: apt-get install " + debianPackage;
        if ("true".equals(System.getenv("CI"))) {
            return fail(words);
        }
        return abort(words);
    }
}
