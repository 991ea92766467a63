package sallyport.policy;

import java.util.Locale;

/**
 * The key with which a person leaves a session that runs on: a setting of theirs.
 *
 * @param kind what the key is for
 * @param character the key that is pressed together with Control, in lower case; 0 for {@link Kind#NONE}
 */
public record DetachKey(Kind kind, char character) {

    /** How the key is used. */
    public enum Kind {
        /** It comes first, and another key says what is wanted. */
        PREFIX,
        /** Ctrl-D on an empty line leaves; a second one shortly after is the program's. */
        CTRL_D,
        /** There is none. */
        NONE
    }

    /** {@code Ctrl-\}: rare in programs, and what others that keep shells alive use. */
    public static final DetachKey USUAL = new DetachKey(Kind.PREFIX, '\\');

    /** No key: leaving is closing the connection, or {@code session detach}. */
    public static final DetachKey NONE = new DetachKey(Kind.NONE, (char) 0);

    /** The name of the setting that a person has it under. */
    public static final String SETTING = "detach-key";

    private static final String POSSIBLE = "abcdefghijklmnopqrstuvwxyz\\]^_";

    /**
     * Reads a setting: {@code ctrl-\}, {@code ctrl-]} or another control key, {@code ctrl-d} or {@code none}. Tab, Enter, Escape
     * and the keys that end or stop programs cannot be taken away from programs.
     *
     * @throws IllegalArgumentException in words
     */
    public static DetachKey parse(String text) {
        String setting = text.strip().toLowerCase(Locale.ROOT);
        if (setting.equals("none")) {
            return NONE;
        }
        if (setting.equals("ctrl-d")) {
            return new DetachKey(Kind.CTRL_D, 'd');
        }
        if (setting.length() == 6 && setting.startsWith("ctrl-") && POSSIBLE.indexOf(setting.charAt(5)) >= 0) {
            char character = setting.charAt(5);
            if ("cijmqsz".indexOf(character) >= 0) {
                throw new IllegalArgumentException(
                        "\"" + setting + "\" is needed by every terminal program; take another, such as ctrl-]");
            }
            return new DetachKey(Kind.PREFIX, character);
        }
        throw new IllegalArgumentException("a detach key is ctrl- and a letter or one of \\ ] ^ _, or ctrl-d, or none");
    }

    /** As {@link #parse} reads it. */
    public String setting() {
        return kind == Kind.NONE ? "none" : "ctrl-" + character;
    }

    /** As people read it: {@code Ctrl-\ d}, {@code Ctrl-D}; empty if there is none. */
    public String leaving() {
        return switch (kind) {
            case PREFIX -> "Ctrl-" + Character.toUpperCase(character) + " d";
            case CTRL_D -> "Ctrl-D";
            case NONE -> "";
        };
    }

    /** The byte that a plain terminal sends for it. */
    public byte plain() {
        return (byte) (character & 0x1f);
    }
}
