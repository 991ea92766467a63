package sallyport.bastion;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that tests run. Where it is missing the test is skipped, with the line that installs it; with {@code CI=true} in
 * the environment it fails, so that nothing is skipped unseen. A class that needs one throughout asks for it in its
 * {@code @BeforeAll}.
 */
public enum Tool {
    SSH("ssh", "openssh-client"),
    SCP("scp", "openssh-client"),
    SFTP("sftp", "openssh-client"),
    CURL("curl", "curl"),
    SSH_KEYGEN("ssh-keygen", "openssh-client"),
    SSHD("sshd", "openssh-server"),
    SSH_AGENT("ssh-agent", "openssh-client"),
    SSH_ADD("ssh-add", "openssh-client"),
    ASCIINEMA("asciinema", "asciinema"),
    CHROMIUM("chromium", "chromium"),
    AGE("age", "age"),
    AGE_KEYGEN("age-keygen", "age"),
    ZSTD("zstd", "zstd"),
    TAR("tar", "tar"),
    SCRIPT("script", "bsdutils"),
    GIT("git", "git"),
    SETSID("setsid", "util-linux"),
    UNSHARE("unshare", "util-linux"),
    SS("ss", "iproute2"),
    IP("ip", "iproute2"),
    VIM("vim", "vim"),
    OPENSSL("openssl", "openssl"),
    RSYNC("rsync", "rsync"),
    ANSIBLE_PLAYBOOK("ansible-playbook", "ansible-core"),
    DBCLIENT("dbclient", "dropbear-bin"),
    PLINK("plink", "putty-tools"),
    LFTP("lftp", "lftp"),
    SSHFS("sshfs", "sshfs"),
    NODE("node", "nodejs"),
    XAUTH("xauth", "xauth"),
    MOUNT("mount", "mount"),
    UMOUNT("umount", "mount");

    private final String command;
    private final String debianPackage;

    Tool(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    /** Where it is; ends the test if it is nowhere. */
    public String path() {
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
        throw missing(words);
    }

    /** Ends the test because the machine lacks something: as a failure in CI, else as skipped. Never returns. */
    public static RuntimeException missing(String words) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(words);
        }
        return abort(words);
    }
}
