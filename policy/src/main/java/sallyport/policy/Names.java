package sallyport.policy;

import java.util.Set;

/** The alphabet that all names of people, targets, logins, roles and sessions share. */
final class Names {

    /** Longest name, in characters. Long enough for host names of one label, short enough for every table. */
    static final int LONGEST = 63;

    private static final Set<String> RESERVED = Set.of("s", "join", "share", "new", "ro", "breakglass", "takeover");

    private Names() {}

    /**
     * Returns {@code text} if it is a name: 1 to {@value #LONGEST} characters of {@code a-z A-Z 0-9 . _ -}, the first a
     * letter, a digit or an underscore. Separators of the user part ({@code + @ %} and space) can therefore never be inside a name, nor a slash, a
     * control character, or a leading dash that a command line would take for an option.
     *
     * @throws IllegalArgumentException in words, naming {@code what} and the first wrong character
     */
    static String checked(String what, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    what + " has " + text.length() + " characters, " + LONGEST + " at most are allowed");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(isLetterOrDigit(c) || c == '_' || (i > 0 && (c == '.' || c == '-')))) {
                throw new IllegalArgumentException(
                        "%s has %s at position %d; allowed are letters, digits, . _ -, not starting with . or -"
                                .formatted(what, describe(c), i + 1));
            }
        }
        return text;
    }

    /** As {@link #checked}, and not one of the words that the user part of an ssh line reserves. */
    static String checkedAndFree(String what, String text) {
        String name = checked(what, text);
        if (RESERVED.contains(name)) {
            throw new IllegalArgumentException(what + " \"" + name + "\" is a reserved word of the ssh user part");
        }
        return name;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static String describe(char c) {
        return c > ' ' && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c);
    }
}
