package sallyport.bastion.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import sallyport.bastion.backend.TerminalSize;
import sallyport.recorder.ControlFilter;

/** What somebody who comes back is shown: the last lines as text, after a reset of what their terminal may be left in. */
public final class Redraw {

    /** Most lines shown to whoever comes back. */
    static final int MOST_LINES = 200;

    /**
     * Leaves the alternate screen and switches off what full-screen programs switch on, so that plain text can be read where
     * a program was or was cut off; then a fresh line.
     */
    public static final String RESET_LINE =
            "\033[?1049l\033[0m\033[?1l\033>\033[?25h\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1004l\033[?2004l\r\n";

    private Redraw() {}

    /** The end of {@code scrollback} with every control sequence but colours removed, never resent (T23). */
    static byte[] text(byte[] scrollback, TerminalSize size) {
        byte[] plain = ControlFilter.keepingColours().filter(ByteBuffer.wrap(scrollback));
        int lines = Math.max(MOST_LINES, size.rows());
        int from = plain.length;
        while (from > 0) {
            if (plain[from - 1] == '\n' && lines-- == 0) {
                break;
            }
            from--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(RESET_LINE.length() + plain.length - from + 8);
        out.writeBytes(RESET_LINE.getBytes(StandardCharsets.US_ASCII));
        out.write(plain, from, plain.length - from);
        out.writeBytes("\033[0m".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
