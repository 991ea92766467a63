package sallyport.bastion.ssh;

import java.util.stream.Collectors;

/** How the bastion speaks on a session channel: on stderr, each line with its prefix, no colour. */
final class Words {

    private Words() {}

    /** {@code words}, each line prefixed, with the line ends that a terminal in raw mode needs if {@code terminal}. */
    static String prefixed(String words, boolean terminal) {
        String end = terminal ? "\r\n" : "\n";
        return words.lines().map(line -> "bastion: " + line + end).collect(Collectors.joining());
    }
}
