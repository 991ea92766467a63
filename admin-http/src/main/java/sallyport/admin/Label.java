package sallyport.admin;

/** A free name for people to recognise a thing by, such as a token's or a rule's: one short line of text. */
public final class Label {

    /** Longest label, in characters. */
    public static final int LONGEST = 63;

    private Label() {}

    /**
     * Returns {@code text} without surrounding white space if it is a label.
     *
     * @param what begins the words, as "the token's name"
     * @throws IllegalArgumentException in words if it is empty, too long, or has a character that is not plainly visible
     */
    public static String checked(String what, String text) {
        String label = text.strip();
        if (label.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        if (label.length() > LONGEST) {
            throw new IllegalArgumentException(
                    what + " has " + label.length() + " characters, " + LONGEST + " at most are allowed");
        }
        if (Quoted.of(label).length() != label.length() + 2) {
            throw new IllegalArgumentException(
                    what + " " + Quoted.of(label) + " has a double quote or a character that cannot be seen");
        }
        return label;
    }
}
