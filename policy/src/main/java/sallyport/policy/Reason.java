package sallyport.policy;

/** Why somebody wants in: a ticket or one line, kept as it was written apart from surrounding white space. */
public record Reason(String value) {

    /** Longest reason, in characters: what an approver can read on one card (T16). */
    public static final int LONGEST = 500;

    /** @throws IllegalArgumentException in words if blank, too long, or with a control or formatting character */
    public Reason {
        value = value.strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the reason is empty");
        }
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the reason has " + value.length() + " characters, " + LONGEST + " at most are allowed");
        }
        value.codePoints().filter(Reason::misleads).findFirst().ifPresent(c -> {
            throw new IllegalArgumentException(
                    "the reason has the character U+%04X, which could mislead whoever reads it".formatted(c));
        });
    }

    /** Controls, line separators and the invisible characters that reorder text (T16). */
    private static boolean misleads(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return value;
    }
}
