package sallyport.recorder.screen;

import org.jspecify.annotations.Nullable;

/** Select Graphic Rendition, {@code CSI … m} (ECMA-48 8.3.117, ctlseqs), both ways. */
final class Sgr {

    private Sgr() {}

    static Pen apply(Pen pen, Parameters parameters) {
        long style = pen.style();
        int underlineColour = pen.underlineColour();
        int count = parameters.count();
        for (int i = 0; i < count; i = next(parameters, i)) {
            int code = parameters.get(i, 0);
            switch (code) {
                case 38, 48, 58 -> {
                    int colour = colour(parameters, i);
                    if (colour >= 0) {
                        switch (code) {
                            case 38 -> style = Style.withForeground(style, colour);
                            case 48 -> style = Style.withBackground(style, colour);
                            default -> underlineColour = colour;
                        }
                    }
                    i = last(parameters, i);
                }
                case 0 -> {
                    style = Style.PLAIN;
                    underlineColour = 0;
                }
                case 59 -> underlineColour = 0;
                case 4 -> style = Style.withUnderline(style, underline(parameters, i));
                default -> style = attribute(style, code);
            }
        }
        return Pen.of(style, Extra.of(underlineColour, pen.link()), pen.protect());
    }

    private static int next(Parameters parameters, int index) {
        int next = index + 1;
        while (parameters.subordinate(next)) {
            next++;
        }
        return next;
    }

    private static int underline(Parameters parameters, int index) {
        int kind = parameters.subordinate(index + 1) ? parameters.get(index + 1, 0) : Style.SINGLE;
        return kind <= Style.DASHED ? kind : Style.SINGLE;
    }

    private static long attribute(long style, int code) {
        return switch (code) {
            case 1 -> style | Style.BOLD;
            case 2 -> style | Style.DIM;
            case 3 -> style | Style.ITALIC;
            case 5, 6 -> style | Style.BLINK;
            case 7 -> style | Style.INVERSE;
            case 8 -> style | Style.HIDDEN;
            case 9 -> style | Style.STRIKE;
            case 21 -> Style.withUnderline(style, Style.DOUBLE);
            case 22 -> style & ~(Style.BOLD | Style.DIM);
            case 23 -> style & ~Style.ITALIC;
            case 24 -> Style.withUnderline(style, Style.NO_UNDERLINE);
            case 25 -> style & ~Style.BLINK;
            case 27 -> style & ~Style.INVERSE;
            case 28 -> style & ~Style.HIDDEN;
            case 29 -> style & ~Style.STRIKE;
            case 39 -> Style.withForeground(style, 0);
            case 49 -> Style.withBackground(style, 0);
            case 53 -> style | Style.OVERLINE;
            case 55 -> style & ~Style.OVERLINE;
            default -> {
                if (code >= 30 && code <= 37) {
                    yield Style.withForeground(style, Style.BASIC | code - 30);
                }
                if (code >= 40 && code <= 47) {
                    yield Style.withBackground(style, Style.BASIC | code - 40);
                }
                if (code >= 90 && code <= 97) {
                    yield Style.withForeground(style, Style.BASIC | code - 90 + 8);
                }
                if (code >= 100 && code <= 107) {
                    yield Style.withBackground(style, Style.BASIC | code - 100 + 8);
                }
                yield style;
            }
        };
    }

    /** With colons: {@code 38:5:n}, {@code 38:2::r:g:b}, and {@code 38:2:r:g:b}, which many write. -1: none. */
    private static int colour(Parameters parameters, int index) {
        int kind = parameters.get(index + 1, 0);
        boolean colons = parameters.subordinate(index + 1);
        if (kind == 5) {
            int colour = parameters.get(index + 2, 0);
            return index + 2 < parameters.count() && colour <= 0xff ? Style.INDEXED | colour : -1;
        }
        if (kind != 2) {
            return -1;
        }
        int first = colons && parameters.subordinate(index + 5) ? index + 3 : index + 2;
        if (first + 2 >= parameters.count()) {
            return -1;
        }
        int red = parameters.get(first, 0);
        int green = parameters.get(first + 1, 0);
        int blue = parameters.get(first + 2, 0);
        return red > 0xff || green > 0xff || blue > 0xff ? -1 : Style.rgb(red, green, blue);
    }

    /** The last number that belongs to the colour at {@code index}, if semicolons keep them apart. */
    private static int last(Parameters parameters, int index) {
        if (parameters.subordinate(index + 1)) {
            return index;
        }
        int more = switch (parameters.get(index + 1, 0)) {
            case 5 -> 2;
            case 2 -> 4;
            default -> 1;
        };
        return Math.min(index + more, parameters.count() - 1);
    }

    /** The parameters that bring a plain pen to this look. Empty if it is plain. */
    static String of(long style, @Nullable Extra extra) {
        StringBuilder out = new StringBuilder();
        add(out, style, Style.BOLD, "1");
        add(out, style, Style.DIM, "2");
        add(out, style, Style.ITALIC, "3");
        switch (Style.underline(style)) {
            case Style.NO_UNDERLINE -> {}
            case Style.SINGLE -> out.append(";4");
            case Style.DOUBLE -> out.append(";21");
            default -> out.append(";4:").append(Style.underline(style));
        }
        add(out, style, Style.BLINK, "5");
        add(out, style, Style.INVERSE, "7");
        add(out, style, Style.HIDDEN, "8");
        add(out, style, Style.STRIKE, "9");
        add(out, style, Style.OVERLINE, "53");
        colour(out, Style.foreground(style), 30);
        colour(out, Style.background(style), 40);
        if (extra != null && extra.underlineColour() != 0) {
            underlineColour(out, extra.underlineColour());
        }
        return out.isEmpty() ? "" : out.substring(1);
    }

    private static void add(StringBuilder out, long style, long attribute, String code) {
        if ((style & attribute) != 0) {
            out.append(';').append(code);
        }
    }

    private static void colour(StringBuilder out, int colour, int base) {
        int value = colour & 0xffffff;
        switch (colour & Style.COLOUR_KIND) {
            case Style.BASIC -> out.append(';').append(value < 8 ? base + value : base + 60 + value - 8);
            case Style.INDEXED -> out.append(';').append(base + 8).append(";5;").append(value);
            case Style.RGB ->
                out.append(';')
                        .append(base + 8)
                        .append(";2;")
                        .append(value >> 16)
                        .append(';')
                        .append((value >> 8) & 0xff)
                        .append(';')
                        .append(value & 0xff);
            default -> {}
        }
    }

    /** With colons: a terminal that does not know it would take the numbers for attributes. */
    private static void underlineColour(StringBuilder out, int colour) {
        int value = colour & 0xffffff;
        if ((colour & Style.COLOUR_KIND) == Style.RGB) {
            out.append(";58:2::")
                    .append(value >> 16)
                    .append(':')
                    .append((value >> 8) & 0xff)
                    .append(':')
                    .append(value & 0xff);
        } else {
            out.append(";58:5:").append(value);
        }
    }
}
