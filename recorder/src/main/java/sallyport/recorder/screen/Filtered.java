package sallyport.recorder.screen;

import java.io.ByteArrayOutputStream;

/** What a filter lets through. Unlike its parent, it writes without a checked exception and nobody else sees it. */
final class Filtered extends ByteArrayOutputStream {

    Filtered(int expected) {
        super(expected);
    }

    void add(int b) {
        write(b);
    }

    void add(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            write(ascii.charAt(i));
        }
    }
}
