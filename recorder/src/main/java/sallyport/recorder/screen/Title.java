package sallyport.recorder.screen;

/** What the window and its icon are called. Without control characters, and not longer than {@link #LONGEST}. */
record Title(String window, String icon) {

    static final Title NONE = new Title("", "");

    /** In UTF-16 units; the rest is cut off. */
    static final int LONGEST = 512;

    static String cleaned(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .filter(Title::shown)
                .takeWhile(c -> clean.length() + Character.charCount(c) <= LONGEST)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** Neither a control, nor what turns text around or hides in it. */
    private static boolean shown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
