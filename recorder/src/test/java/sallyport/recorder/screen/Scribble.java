package sallyport.recorder.screen;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Output as no program would write it: every function there is, in any order, between text and bytes that mean nothing. */
final class Scribble {

    private static final String[] TEXTS = {
        "a",
        "bc",
        "hello",
        "    ",
        "qqxx",
        "界",
        "界世",
        "é",
        "e\u0301",
        "\u0301",
        "😀",
        "a\u200d",
        "\u00a0",
        "~`_{",
        "the quick brown fox jumps over",
        "日本語のテキスト"
    };

    private static final String[] SHORT = {
        "\n",
        "\r",
        "\r\n",
        "\b",
        "\t",
        "\u000b",
        "\u000e",
        "\u000f",
        "\u0007",
        "\u001b7",
        "\u001b8",
        "\u001bD",
        "\u001bE",
        "\u001bH",
        "\u001bM",
        "\u001bN",
        "\u001bO",
        "\u001bn",
        "\u001bo",
        "\u001b=",
        "\u001b>",
        "\u001b(0",
        "\u001b(B",
        "\u001b)0",
        "\u001b*A",
        "\u001b+0",
        "\u001b#8",
        "\u001b[!p",
        "\u001b[1\"q",
        "\u001b[0\"q",
        "\u0018"
    };

    private static final String FINALS = "@ABCDEFGHIJKLMPSTXZ`abdefgrsu";

    private static final int[] MODES = {
        1, 5, 6, 6, 7, 7, 9, 12, 25, 45, 66, 69, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 2004, 2026,
        2031, 2048, 47, 1047, 1048, 1049, 1049
    };

    private static final String[] COMMANDS = {
        "0;both",
        "1;icon",
        "2;wïndow",
        "4;1;rgb:12/34/56;250;#abcdef",
        "104;1",
        "104",
        "10;#123456",
        "11;rgb:f/0/8",
        "12;#aabbcc",
        "110",
        "111",
        "112",
        "7;file://host/tmp",
        "8;;https://example.org/",
        "8;id=7;mailto:a@example.org",
        "8;;javascript:alert(1)",
        "8;;",
        "52;c;cm0=",
        "9;note",
        "10;?",
        "4;1;?"
    };

    private final Random random;

    Scribble(Random random) {
        this.random = random;
    }

    byte[] bytes(int pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < pieces; i++) {
            out.writeBytes(piece());
        }
        if (random.nextInt(3) == 0) {
            byte[] last = piece();
            out.write(last, 0, random.nextInt(Math.max(last.length, 1)));
        }
        return out.toByteArray();
    }

    private byte[] piece() {
        String text = switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> any(TEXTS);
            case 6, 7, 8 -> any(SHORT);
            case 9, 10, 11 -> "\u001b[" + numbers() + FINALS.charAt(random.nextInt(FINALS.length()));
            case 12, 13 -> "\u001b[" + look() + "m";
            case 14 -> "\u001b[?" + MODES[random.nextInt(MODES.length)] + (random.nextInt(3) > 0 ? "h" : "l");
            case 15 -> "\u001b[" + (random.nextBoolean() ? 4 : 20) + (random.nextBoolean() ? "h" : "l");
            case 16 -> "\u001b]" + any(COMMANDS) + (random.nextBoolean() ? "\u0007" : "\u001b\\");
            case 17 -> rare();
            case 18 -> any(TEXTS).repeat(random.nextInt(12));
            default -> null;
        };
        if (text != null) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] noise = new byte[1 + random.nextInt(4)];
        random.nextBytes(noise);
        return noise;
    }

    private String rare() {
        return switch (random.nextInt(12)) {
            case 0 -> "\u001b[>" + random.nextInt(32) + "u";
            case 1 -> "\u001b[<" + numbers() + "u";
            case 2 -> "\u001b[=" + random.nextInt(32) + ";" + random.nextInt(5) + "u";
            case 3 -> "\u001b[>4;" + random.nextInt(4) + "m";
            case 4 -> "\u001b[" + random.nextInt(8) + " q";
            case 5 -> "\u001b[22;" + random.nextInt(4) + "t";
            case 6 -> "\u001b[23;" + random.nextInt(4) + "t";
            case 7 -> "\u001bP$qm\u001b\\";
            case 8 -> "\u001b[" + numbers() + "'}";
            case 9 -> "\u001b[" + numbers() + "'~";
            case 10 -> "\u001b[?" + random.nextInt(4) + (random.nextBoolean() ? "J" : "K");
            default -> "\u001b[" + numbers() + (random.nextBoolean() ? " @" : " A");
        };
    }

    private String numbers() {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "" + random.nextInt(12);
            case 2 -> random.nextInt(6) + ";" + random.nextInt(12);
            default -> "" + random.nextInt(100);
        };
    }

    private String look() {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "" + (30 + random.nextInt(20));
            case 2 -> "" + (90 + random.nextInt(18));
            case 3 -> "38;5;" + random.nextInt(260);
            case 4 -> "48;2;1;2;" + random.nextInt(256) + ";1";
            case 5 -> "4:" + random.nextInt(7) + ";58:2::9:8:" + random.nextInt(256);
            case 6 -> "58:5:" + random.nextInt(256) + ";53";
            default -> "" + random.nextInt(30);
        };
    }

    private String any(String[] texts) {
        return texts[random.nextInt(texts.length)];
    }
}
