package sallyport.recorder.screen;

/** What a {@link Parser} finds in a stream of bytes. Parameters, if any, are to be asked of the parser during the call. */
interface Functions {

    /** Bytes {@code from} to {@code to}, exclusive, which are printable ASCII; at least one. */
    void print(byte[] bytes, int from, int to);

    /** A character beyond ASCII, or U+FFFD for bytes that are none. */
    void print(int codePoint);

    /** A control character of C0. */
    void execute(int control);

    /** {@code ESC intermediates final}; two intermediates at most, packed into an int, the last one lowest. */
    void escape(int intermediates, int last);

    /** {@code CSI prefix parameters intermediates final}; the prefix is one of {@code < = > ?} or 0. */
    void control(int prefix, Parameters parameters, int intermediates, int last);

    /** {@code OSC}: what stood between, and whether BEL ended it. */
    void command(String text, boolean bell);

    /** {@code DCS}: all that stood between. */
    void device(String text);
}
