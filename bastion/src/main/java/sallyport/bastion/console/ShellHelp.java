package sallyport.bastion.console;

import java.util.List;

/** What {@code help shell} prints: how a shell on a target says where its commands are, for the search and the player. */
final class ShellHelp {

    /** What to ask for. */
    static final String TOPIC = "shell";

    /** OSC 133 for bash (docs/search.md has the same line). fish says it by itself; nothing is put into shells by the bastion. */
    static final List<String> LINES = List.of(
            "Commands in recordings are read from the screen. Those of a shell that marks",
            "them (OSC 133) are found more surely, and with their exit status. fish 4 does",
            "so by itself. In bash, on the target, in ~/.bashrc:",
            "",
            "  PS1='\\[\\e]133;A\\a\\]\\u@\\h:\\w\\$ \\[\\e]133;B\\a\\]'; PS0='\\[\\e]133;C\\a\\]';"
                    + " PROMPT_COMMAND='printf \"\\e]133;D;%s\\a\" $?'",
            "",
            "Your own PS1 goes between the two marks. Terminals that do not know them show",
            "nothing of them.");

    private ShellHelp() {}
}
