package sallyport.bastion.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Tells people, by the shell's prompt, which target they are on: all targets of the demo are one machine. */
final class Prompt {

    private final Path startFile;

    private Prompt(Path startFile) {
        this.startFile = startFile;
    }

    /** Writes the shell's start file for target {@code name} into {@code folder}. */
    static Prompt write(Path folder, String name) throws IOException {
        Path startFile = folder.resolve("shellrc");
        Files.writeString(startFile, """
            # Read by the interactive shells of the demo target %1$s; written at every start of the demo.
            if [ -n "$BASH_VERSION" ]; then
              [ -r /etc/bash.bashrc ] && . /etc/bash.bashrc
              [ -r "$HOME/.bashrc" ] && . "$HOME/.bashrc"
              PROMPT_COMMAND=
              PS1='\\u@%1$s:\\w\\$ '
            else
              PS1="$USER@%1$s$ "
            fi
            HISTFILE=%2$s
            """.formatted(name, quoted(folder.resolve("history"))));
        return new Prompt(startFile);
    }

    /** Returns the arguments of an interactive {@code shell}, and adds to {@code environment} what it needs. */
    List<String> interactive(Path shell, Map<String, String> environment) {
        String file = String.valueOf(shell.getFileName());
        if (file.equals("bash")) {
            return List.of(shell.toString(), "--rcfile", startFile.toString(), "-i");
        }
        // POSIX shells read the file that ENV names; others (zsh, fish) keep the prompt that their owner gave them.
        environment.put("ENV", startFile.toString());
        return List.of(shell.toString(), "-l");
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
