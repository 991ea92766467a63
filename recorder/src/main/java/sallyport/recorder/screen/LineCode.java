package sallyport.recorder.screen;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lines of the scrollback as bytes: most are plain ASCII and take one byte a cell. A line is a byte of flags, then either its
 * ASCII characters, with zeros for empty cells, or runs of cells of the same look: a mark, style, count, extra, and each
 * cell's content as a number of seven bits a byte. Trailing plain empty cells are left out.
 */
final class LineCode {

    private static final int WRAPPED = 1;
    private static final int RUNS = 2;

    private static final int EXTRA = 1;
    private static final int LINK = 2;

    private byte[] out = new byte[256];
    private int length;

    /** The bytes of the line coded last; {@link #length} of them. */
    byte[] bytes() {
        return out;
    }

    int length() {
        return length;
    }

    void encode(Row row) {
        int extent = row.extent();
        length = 0;
        room(extent + 1);
        if (plain(row, extent)) {
            out[length++] = (byte) (row.wrapped ? WRAPPED : 0);
            for (int i = 0; i < extent; i++) {
                out[1 + i] = (byte) row.text[i];
            }
            length = 1 + extent;
        } else {
            out[length++] = (byte) (RUNS | (row.wrapped ? WRAPPED : 0));
            for (int at = 0; at < extent; ) {
                at = run(row, at, extent);
            }
        }
    }

    /** Apart, these loops are done several cells at a time. */
    private static boolean plain(Row row, int extent) {
        int all = 0;
        for (int i = 0; i < extent; i++) {
            all |= row.text[i];
        }
        if (all > 0x7f) {
            return false;
        }
        long styles = 0;
        for (int i = 0; i < extent; i++) {
            styles |= row.style[i];
        }
        return styles == Style.PLAIN;
    }

    private int run(Row row, int from, int extent) {
        long style = row.style[from];
        Extra extra = row.extra(from);
        int to = from + 1;
        while (to < extent && row.style[to] == style && (style >= 0 || Objects.equals(row.extra(to), extra))) {
            to++;
        }
        room(32);
        Link link = extra == null ? null : extra.link();
        out[length++] = (byte) ((extra == null ? 0 : EXTRA) | (link == null ? 0 : LINK));
        for (int shift = 0; shift < 64; shift += 8) {
            out[length++] = (byte) (style >>> shift);
        }
        number(to - from);
        if (extra != null) {
            number(extra.underlineColour());
        }
        if (link != null) {
            text(link.id());
            text(link.uri());
        }
        for (int i = from; i < to; i++) {
            room(5);
            number(row.text[i]);
            if ((row.text[i] & Cell.MARKED) != 0) {
                text(row.marks(i));
            }
        }
        return to;
    }

    private void number(int value) {
        int rest = value;
        while (rest > 0x7f) {
            out[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[length++] = (byte) rest;
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        room(utf8.length + 10);
        number(utf8.length);
        System.arraycopy(utf8, 0, out, length, utf8.length);
        length += utf8.length;
    }

    private void room(int more) {
        if (out.length - length < more + 8) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more + 8));
        }
    }

    /** The line again, with room for {@code columns} cells, or as many as it has if those are more. */
    static Row decode(byte[] line, int columns) {
        return (line[0] & RUNS) == 0 ? ascii(line, columns) : new Runs(line).row(columns);
    }

    private static Row ascii(byte[] line, int columns) {
        Row row = new Row(Math.max(columns, line.length - 1));
        for (int i = 1; i < line.length; i++) {
            row.set(i - 1, line[i], Style.PLAIN);
        }
        row.wrapped = (line[0] & WRAPPED) != 0;
        return row;
    }

    private static final class Runs {
        private final byte[] in;
        private int at;

        Runs(byte[] in) {
            this.in = in;
        }

        Row row(int columns) {
            at = 1;
            int cells = 0;
            // Once to count, once to fill.
            while (at < in.length) {
                cells += run(null, 0);
            }
            Row row = new Row(Math.max(columns, cells));
            at = 1;
            cells = 0;
            while (at < in.length) {
                cells += run(row, cells);
            }
            row.wrapped = (in[0] & WRAPPED) != 0;
            return row;
        }

        private int run(@Nullable Row into, int column) {
            int kind = in[at++];
            long style = 0;
            for (int shift = 0; shift < 64; shift += 8) {
                style |= (in[at++] & 0xffL) << shift;
            }
            int count = number();
            Extra extra = null;
            if ((kind & EXTRA) != 0) {
                int colour = number();
                extra = new Extra(colour, (kind & LINK) == 0 ? null : new Link(text(), text()));
            }
            for (int i = 0; i < count; i++) {
                int content = number();
                String marks = (content & Cell.MARKED) == 0 ? "" : text();
                if (into != null) {
                    into.set(column + i, content, style);
                    if (extra != null) {
                        into.setExtra(column + i, extra);
                    }
                    if (!marks.isEmpty()) {
                        into.setMarks(column + i, marks);
                    }
                }
            }
            return count;
        }

        private int number() {
            int value = 0;
            int shift = 0;
            byte b;
            do {
                b = in[at++];
                value |= (b & 0x7f) << shift;
                shift += 7;
            } while (b < 0);
            return value;
        }

        private String text() {
            int size = number();
            String text = new String(in, at, size, StandardCharsets.UTF_8);
            at += size;
            return text;
        }
    }
}
