package sallyport.bastion.demo;

import org.apache.sshd.server.Environment;

/** A terminal's size as the client gave it, held to what a terminal can have. */
final class Sizes {

    static final int COLUMNS = 80;
    static final int ROWS = 24;

    private static final int LARGEST = 0xffff;

    private Sizes() {}

    /** Returns the number under {@code key}, or {@code otherwise} if there is none, or none from 1 to 65535. */
    static int of(Environment environment, String key, int otherwise) {
        String text = environment.getEnv().get(key);
        if (text == null || !text.matches("[0-9]{1,5}")) {
            return otherwise;
        }
        int size = Integer.parseInt(text);
        return size >= 1 && size <= LARGEST ? size : otherwise;
    }
}
