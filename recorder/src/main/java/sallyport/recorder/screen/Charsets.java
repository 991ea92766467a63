package sallyport.recorder.screen;

/** The four designated sets and which of them is in use. */
record Charsets(Charset g0, Charset g1, Charset g2, Charset g3, int inUse) {

    static final Charsets PLAIN = new Charsets(Charset.ASCII, Charset.ASCII, Charset.ASCII, Charset.ASCII, 0);

    Charset set(int index) {
        return switch (index) {
            case 0 -> g0;
            case 1 -> g1;
            case 2 -> g2;
            default -> g3;
        };
    }

    Charset current() {
        return set(inUse);
    }

    Charsets shifted(int index) {
        return new Charsets(g0, g1, g2, g3, index);
    }

    Charsets designated(int index, Charset set) {
        return new Charsets(
                index == 0 ? set : g0, index == 1 ? set : g1, index == 2 ? set : g2, index == 3 ? set : g3, inUse);
    }
}
