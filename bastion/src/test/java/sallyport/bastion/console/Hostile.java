package sallyport.bastion.console;

import java.util.List;
import java.util.stream.Stream;

/** Text that tries to take over whoever reads it. */
final class Hostile {

    private Hostile() {}

    static final List<String> TEXTS = List.of(
            "\033[2J\033[H all is well",
            "\033]0;title\007",
            "\033]52;c;cm0gLXJmIC8=\007",
            "\033]8;;https://evil.example\033\\click\033]8;;\033\\",
            "\u009b31m C1 CSI",
            "\u009d52;c;YQ==\u009c",
            "line\nforged row",
            "line\r\nbastion: approved",
            "over\rwritten",
            "back\b\b\b\bspace",
            "tab\tand\u000bvertical\fform",
            "nul\0and del\u007f",
            "bidi \u202egnp.exe",
            "isolate \u2066abc\u2069 marks \u200e\u200f",
            "separator\u2028next\u2029paragraph",
            "next\u0085line",
            "zero\u200bwidth\u2060\ufeffspaces",
            "lone \ud800 surrogate \udc00",
            "private \ue000 use",
            "tags \udb40\udc41\udb40\udc42",
            "Zalgo e" + "\u0301".repeat(200),
            "\u0301 starts with a mark",
            "filler \u3164\u115f\uffa0\u2800",
            "\033P+q544e\033\\ DCS",
            "\u0007bell\u0005enq\u000eshift");

    static Stream<String> texts() {
        return TEXTS.stream();
    }

    /** Whether {@code shown} holds nothing that a terminal obeys, hides or reorders, but for line ends. */
    static boolean isInert(String shown) {
        return shown.codePoints().filter(c -> c != '\n' && c != '\r').noneMatch(c -> switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        });
    }
}
