package sallyport.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command that copies files and does nothing else, as the clients of scp, rsync and git ask a target to run it. Recognised only if
 * the whole of it is such words: {@code scp -t x; sh} is a command like any other. Names have each byte as a character.
 *
 * <p>Not promised: that what is called so on the target is that program.
 */
public sealed interface TransferCommand {

    /** What is done with files of the target. */
    FileAccess access();

    /** How it is called in words. */
    String program();

    /**
     * The other side of scp's own protocol.
     *
     * @param path where files go or come from
     * @param intoFolder whether {@code path} must be a folder
     */
    record Scp(FileAccess access, String path, boolean intoFolder) implements TransferCommand {
        @Override
        public String program() {
            return "scp";
        }
    }

    /**
     * The other side of rsync.
     *
     * @param paths none if the client sends them later ({@code --secluded-args})
     */
    record Rsync(FileAccess access, List<String> paths) implements TransferCommand {
        public Rsync {
            paths = List.copyOf(paths);
        }

        @Override
        public String program() {
            return "rsync";
        }
    }

    /** The other side of git: {@code git-upload-pack} reads a repository, {@code git-receive-pack} writes. */
    record Git(FileAccess access, String path) implements TransferCommand {
        @Override
        public String program() {
            return access == FileAccess.READ ? "git-upload-pack" : "git-receive-pack";
        }
    }

    /**
     * Why this may not be done, in words; empty: it may. None of them can be held to paths or sizes: their paths are resolved on the
     * target, by the programs themselves and after this.
     */
    static Optional<String> refusal(TransferCommand command, FileRights rights) {
        String doing = command.access() == FileAccess.READ ? "reading" : "changing";
        Optional<FileLimits> limits = rights.of(command.access());
        if (limits.isEmpty()) {
            return Optional.of(doing + " files is not allowed to you here");
        }
        return limits.get().equals(FileLimits.NONE)
                ? Optional.empty()
                : Optional.of(doing + " files is limited here to paths or sizes, which "
                        + switch (command) {
                            case Scp _ -> "scp -O cannot be held to; leave out the -O";
                            case Rsync _ -> "rsync cannot be held to; use sftp or scp";
                            case Git _ -> "git cannot be held to; use sftp or scp";
                        });
    }

    /** What {@code command} copies; empty if it may do anything else. */
    static Optional<TransferCommand> of(Command command) {
        List<String> words = ShellWords.of(command).orElse(List.of());
        if (words.size() < 2) {
            return Optional.empty();
        }
        List<String> rest = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "scp" -> scp(rest);
            case "rsync" -> rsync(rest);
            case "git-upload-pack" -> git(FileAccess.READ, rest);
            case "git-receive-pack" -> git(FileAccess.WRITE, rest);
            default -> Optional.empty();
        };
    }

    /** As {@code scp [-dpqrv] -t [--] path}. */
    private static Optional<TransferCommand> scp(List<String> words) {
        StringBuilder letters = new StringBuilder();
        List<String> paths = new ArrayList<>();
        boolean options = true;
        for (String word : words) {
            if (options && word.equals("--")) {
                options = false;
            } else if (options && word.startsWith("-") && paths.isEmpty()) {
                letters.append(word, 1, word.length());
            } else {
                paths.add(word);
            }
        }
        String all = letters.toString();
        boolean writes = all.contains("t");
        return paths.size() == 1
                        && !paths.getFirst().isEmpty()
                        && all.chars().allMatch(c -> "dpqrvtf".indexOf(c) >= 0)
                        && writes != all.contains("f")
                ? Optional.of(new Scp(writes ? FileAccess.WRITE : FileAccess.READ, paths.getFirst(), all.contains("d")))
                : Optional.empty();
    }

    /** As {@code rsync --server [--sender] options [. path...]}; rsync puts a dot between them. A daemon's other side goes both ways. */
    private static Optional<TransferCommand> rsync(List<String> words) {
        int dot = words.indexOf(".");
        List<String> options = dot < 0 ? words : words.subList(0, dot);
        List<String> paths = dot < 0 ? List.of() : words.subList(dot + 1, words.size());
        if (!words.getFirst().equals("--server")
                || options.contains("--daemon")
                || !options.stream().allMatch(word -> word.startsWith("-"))) {
            return Optional.empty();
        }
        return Optional.of(new Rsync(options.contains("--sender") ? FileAccess.READ : FileAccess.WRITE, paths));
    }

    private static Optional<TransferCommand> git(FileAccess access, List<String> words) {
        return words.size() == 1
                        && !words.getFirst().startsWith("-")
                        && !words.getFirst().isEmpty()
                ? Optional.of(new Git(access, words.getFirst()))
                : Optional.empty();
    }
}
