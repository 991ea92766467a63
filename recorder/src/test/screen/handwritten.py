"""Writes the captures no program makes: one small stream per feature of the terminal, in the spirit of vttest.

Each case is a list of steps; a tuple is a resize, and the state is looked at after each step.
"""

import json
import sys

OUT = sys.argv[1]
E = "\x1b"
C = "\x1b["
CASES = {}


def case(name, *steps, columns=20, rows=8):
    CASES[name] = (columns, rows, steps)


LETTERS = "\r\n".join(chr(65 + i) * 18 for i in range(8))
FILL = C + "H" + LETTERS

# Margins, origin, wrap
case("margins", FILL, C + "3;6r" + C + "3;1H" + E + "M", C + "6;1H\n\n", C + "4;1H" + C + "2L", C + "3;1H" + C + "M", C + "2S", C + "T",
     C + "r" + C + "8;1H\nend")
case("margins-outside", FILL, C + "3;6r" + C + "7;1H\n\n\n" + "below", C + "1;1H" + E + "M" + E + "Mabove", C + "8;1H" + C + "L" + C + "M", C + "5;3r" + C + "0;0r" + "x",
     C + "4r" + C + "8;1H\nfrom4")
case("origin", FILL, C + "3;6r" + C + "?6h" + C + "1;1Horigin", C + "9;1Hclamped", C + "20A" + "top", C + "2;4fHVP", C + "3dVPA",
     C + "?6l" + C + "1;1Habs")
case("cursor-stops-at-margins", FILL, C + "3;6r" + C + "4;5H" + C + "9A" + "*", C + "4;7H" + C + "9B" + "*", C + "8;1H" + C + "9A" + "#", C + "1;1H" + C + "9B" + "#")
case("wrap", "abcdefghijklmnopqrst", "u", C + "1;20H" + "X", "\b" + "Y", C + "2;20HZ\rnext", C + "3;20H!" + C + "K" + "?", C + "?7l" + C + "5;15Habcdefghij", C + "?7hK", "L")
case("wrap-pending-moves", C + "1;19Hab" + C + "A" + "c", C + "3;19Hab" + C + "C" + "c", C + "5;19Hab\tc", C + "6;19Hab\nc", C + "7;19Hab" + C + "0m" + "c")
case("wrap-at-bottom", FILL, C + "8;16Habcdefgh", "\r\n1\r\n2\r\n3")
case("wide-at-edge", C + "1;19H漢漢", C + "4;20H漢x", C + "?7l" + C + "6;20H漢" + C + "?7h", C + "7;19H漢", "e\u0301")
case("wide-overwritten", "漢字漢字", C + "1;2Hx", C + "1;5Hy", C + "1;7H字", C + "2;1H漢字漢字" + C + "2;2H" + C + "P", C + "3;1H漢字漢字" + C + "3;4H" + C + "@",
     C + "4;1H漢字漢字" + C + "4;2H" + C + "2X", C + "5;1H漢字漢字" + C + "5;4H" + C + "K", C + "6;1H漢字漢字" + C + "6;4H" + C + "1K")
case("reverse-wrap", C + "?45h" + "abcdefghijklmnopqrstuv\b\b\b\bX")
case("tabs", "\ta\tb", "\r\n" + C + "3g" + "\tc", C + "1;1H" + C + "3;5H" + E + "H" + C + "3;9H" + E + "H" + "\r\td\te\tf", C + "4;5H" + C + "g\r\tg",
     C + "5;18H" + C + "Zz", C + "6;1H" + C + "2Ii", E + "c" + "\th", columns=40)
case("insert-mode", "abcdef" + C + "1;3H" + C + "4h" + "XY", C + "2;17Habc" + C + "2;1H" + "12345", C + "3;1H漢字" + C + "3;1Hq", C + "4l" + C + "1;1HR")
case("dec-graphics", E + "(0lqwqk" + E + "(B", "\r\n" + E + ")0\x0ex x\x0fx x", "\r\n" + E + "*0" + E + "nx" + E + "o" + "lq", "\r\n" + "\x0f" + E + "(0`afghijklmnopqrstuvwxyz{|}~" + E + "(B",
     "\r\n" + E + "(A#" + E + "(B#", columns=40)
case("line-edit", FILL, C + "2;5H" + C + "3P", C + "3;5H" + C + "3@", C + "4;5H" + C + "3X", C + "5;5H" + C + "K", C + "6;5H" + C + "1K", C + "7;5H" + C + "2K",
     C + "1;1H" + C + "99P", C + "2;1H" + C + "99@", C + "3;18H" + C + "99X")
case("line-edit-coloured", FILL, C + "44m" + C + "2;5H" + C + "3P", C + "3;5H" + C + "3@", C + "4;5H" + C + "3X", C + "5;5H" + C + "K", C + "6;1H" + C + "L", C + "1;1H" + C + "M", C + "S", C + "T")
case("insert-delete-lines", FILL, C + "3;3H" + C + "2L", C + "6;3H" + C + "M", C + "1;1H" + C + "99L", "x")
case("erase-display", FILL, C + "4;6H" + C + "J", FILL + C + "4;6H" + C + "1J", FILL + C + "2J" + "x", FILL + "\r\n\r\nscrolled" + C + "3J")
case("erase-display-background", FILL + C + "41m" + C + "4;6H" + C + "J", C + "42m" + C + "1J", C + "45m" + "\r\n\n\n\n\n\nz")
case("repeat", "a" + C + "5b", "漢" + C + "2b", C + "1;18Hz" + C + "4b", "x" + C + "H" + C + "3b")
case("align", E + "#8", C + "2;3r" + E + "#8")
case("saved-cursor", C + "3;4H" + C + "1;31m" + E + "7" + C + "H" + C + "0;32mhome" + E + "8back", C + "s" + C + "7;1Hx" + C + "uy", E + "(0" + E + "7" + E + "(B" + "q" + E + "8q" + E + "(B",
     C + "2;5r" + C + "?6h" + E + "7" + C + "?6l" + E + "8o")
case("saved-cursor-never", "abc" + C + "5;5H" + C + "31m" + E + "8x")
case("alternate-1049", "main" + C + "3;3H" + C + "?1049h", "alt", C + "31malt2" + C + "5;5H", C + "?1049l" + "back", C + "?1049h" + "again")
case("alternate-47", "main" + C + "3;3H" + C + "?47h" + "alt", C + "?47l" + "back", C + "?47h" + "again", C + "?47l")
case("alternate-1047", "main" + C + "3;3H" + C + "?1047h" + "alt", C + "?1047l" + "back", C + "?1047h" + "again", C + "?1047l")
case("alternate-1048", "ab" + C + "?1048h" + C + "5;5Hx" + C + "?1048l" + "c")
case("alternate-resize", LETTERS + C + "?1049h" + C + "Halternate text here", (14, 6), (30, 10), C + "?1049l", "z")
case("colours", *["".join(f"{C}{n}m{n} " for n in range(a, b)) + C + "m" for a, b in ((30, 38), (40, 48), (90, 98), (100, 108))],
     "".join(f"{C}38;5;{n}m{n % 10}" for n in range(256)) + C + "m", "".join(f"{C}38;2;{n};{255 - n};7m*" for n in range(0, 256, 5)) + C + "m",
     C + "48;5;200;38;5;3ma" + C + "39mb" + C + "49mc", columns=60, rows=12)
case("colours-colon", C + "38:5:208ma" + C + "38:2::10:20:30mb" + C + "38:2:40:50:60mc" + C + "48:2::1:2:3md" + C + "38:5mx" + C + "38:2:1my" + C + "0mz",
     C + "38;5mq" + C + "m" + C + "38;2;1;2mr" + C + "m" + C + "38;5;300ms" + C + "m")
case("styles", "".join(f"{C}{n}m{n}{C}m " for n in range(0, 10)), "".join(f"{C}1;2;3;4;5;7;8;9;53m.{C}{n}m{n}{C}m " for n in (21, 22, 23, 24, 25, 27, 28, 29, 55)),
     C + "1;31;44;4mmany" + C + "m" + "none" + C + ";1mbold" + C + "1;;3mitalic" + C + "m", columns=40)
case("underlines", "".join(f"{C}4:{n}m{n}" for n in range(6)), C + "0m " + C + "4:3m" + C + "58:2::255:0:10mcurly" + C + "59mplain" + C + "24moff",
     C + "58;5;99;4mu256" + C + "4:0mnone" + C + "21mdouble" + C + "m", columns=40)
case("hyperlinks", f"{E}]8;;http://example.org/a{E}\\link{E}]8;;{E}\\ no", f"{E}]8;id=1;https://example.org/b\x07two" + "\r\n" + f"lines{E}]8;;\x07.",
     f"{E}]8;;http://example.org/c\x07{C}31mred{C}mplain{C}2;1Hover{E}]8;;\x07", columns=40)
case("titles", f"{E}]0;both\x07a", f"{E}]2;title only{E}\\b", f"{E}]1;icon\x07c", C + "22;0t" + f"{E}]2;deeper\x07", C + "23;0t" + "d", f"{E}]2;漢字 title\x07")
case("modes", C + "?1h" + E + "=" + C + "?2004h" + C + "?1000h" + C + "?1006h", C + "?1002h" + C + "?1004h", C + "?1003h" + C + "?25l", C + "?1003l" + C + "?1l" + E + ">",
     C + "?9h" + C + "4h" + C + "?6h", C + "?9l" + C + "4l" + C + "?2004l" + C + "?25h" + C + "?1006l" + C + "?1004l" + C + "?6l")
case("modes-soft-reset", C + "?1h" + E + "=" + C + "4h" + C + "?6h" + C + "2;5r" + C + "?7l" + C + "1;31m" + C + "?25l" + "x", C + "!p" + "y" + C + "3;1Habcdefghijklmnopqrstuvwxyz")
case("modes-hard-reset", "text" + C + "?1049h" + C + "?1h" + E + "=" + C + "4h" + C + "?6h" + C + "2;5r" + C + "?2004h" + C + "1;31m" + C + "?1003h" + C + "?1006h" + E + "]0;t\x07", E + "c" + "after")
case("cursor-shapes", C + "2 q" + "a", C + "3 q" + "b", C + "6 q", C + "0 q", C + "5 q" + C + "!p")
case("newline-mode", "a\nb", C + "20h" + "\nc\x0bd\x0ce" + C + "20l" + "\nf")
case("index", FILL, C + "8;5H" + E + "D" + "x", C + "1;5H" + E + "M" + "y", C + "8;5H" + E + "E" + "z", "\x84\x85\x9b31mC1 are text here")
case("cursor-moves", C + "5;5Ha" + C + "2Bb" + C + "3Ac" + C + "4Cd" + C + "9De" + C + "2Ef" + C + "Fg" + C + "12Gh" + C + "2`i" + C + "3aj" + C + "2ek" + C + "999;999Hl" + C + "0;0Hm")
case("controls-inside-sequences", f"{C}3\r1mred{C}3\n2mgreen", f"{C}1;3\x18x{C}4\x1ay", f"{C}3{C}34mblue", f"{E}]0;ti\x18tle\x07", f"{E}P1$qm{E}\\z", f"{C}?1:2;3$zq",
     f"{E}_apc text{E}\\{E}^pm text{E}\\{E}Xsos{E}\\end", "\x7f\x00del", columns=40)
case("broken-utf-8", b"a\xffb\xc3c\xe2\x82d\xf0\x9f\x98e\xc0\xaff\xed\xa0\x80g\xf4\x90\x80\x80h\xe2\x82\xac!", columns=40)
case("combining", "e\u0301 o\u0308\u0323 n\u0303", "\r\na\u0301\u0302\u0303\u0304\u0305\u0306z", "\r\n\u0301first", "\r\n漢\u0301字", C + "6;20Hk\u0301l", columns=20)
case("emoji", "\U0001f600\U0001f680x", "\r\n\u2764\u2603\u00a9\u00aex", "\r\n\U0001f1e9\U0001f1eax", "\r\n\u231a\u23f0\u2705\u26a1x", "\r\n\u2500\u2588\u25cf\u2192\u00b1x", "\r\nｆｕ한글カナﾊﾝx", columns=30)
case("emoji-joined", "\u2764\ufe0fx", "\r\n\U0001f469\u200d\U0001f4bbx", "\r\n\U0001f44d\U0001f3fdx", "\r\n1\ufe0f\u20e3x", "\r\na\u200bb\u200dc\u00add", columns=30)
case("reflow", "short\r\n" + "a long line that must wrap over several rows of this narrow terminal\r\n" + "漢字漢字漢字漢字漢字漢字漢字\r\n" + C + "32mgreen text which is also long enough to wrap" + C + "m\r\nend",
     (12, 8), (40, 8), (7, 5), (20, 8), "more")
case("reflow-scrollback", "".join(f"line {i} with enough text to wrap around\r\n" for i in range(12)) + "prompt$ ", (30, 6), (60, 12), (13, 9), "typed")
case("resize-rows", LETTERS, (20, 4), (20, 8), C + "2;2H" + "x", (20, 3), (20, 10), "y")
case("resize-margins", FILL, C + "3;6r" + C + "4;1H", (20, 10), C + "10;1H\n\nbottom", (15, 5), "\r\n\r\n\r\nz")
case("scrollback", "".join(f"{i} {C}3{i % 8}mcoloured{C}m\r\n" for i in range(30)) + "last", C + "3;6r" + C + "6;1H\n\n\n", C + "1;6r" + C + "6;1H\n\n\n" + C + "r")
case("synchronised", C + "?2026h" + "held", C + "?2026l" + "shown")
case("left-right-margins", FILL, C + "?69h" + C + "5;12s" + C + "3;6r" + C + "3;5H" + "abcdefghijkl", C + "6;5H\n", C + "2S", C + "3;5H" + C + "L", C + "4;7H" + C + "2P" + C + "@", C + "?69l" + C + "r")
case("protected", C + "1\"q" + "keep" + C + "0\"q" + "lose" + C + "?2K", "\r\n" + C + "1\"q" + "keep" + C + "2\"q" + "lose" + C + "?J", C + "K")
case("columns-insert", FILL, C + "3;5H" + C + "2'}", C + "3;9H" + C + "2'~", C + "2 @", C + "2 A")
case("kitty-keyboard", C + ">1u" + "a", C + ">5u" + C + "=3;2u", C + "?1049h" + C + ">9u", C + "<u" + C + "?1049l", C + "<9u", C + ">4;2m" + "b" + C + ">4m")
case("palette", f"{E}]4;1;rgb:12/34/56\x07{C}31mred{E}]10;#aabbcc\x07x{E}]11;#010203\x07{E}]12;#fff\x07", f"{E}]104;1\x07{E}]110\x07{E}]111\x07{E}]112\x07y")

if __name__ == "__main__":
    for name, (columns, rows, steps) in CASES.items():
        raw = b""
        played = []
        for step in steps:
            if isinstance(step, tuple):
                played.append(list(step))
            else:
                raw += step if isinstance(step, bytes) else step.encode()
                played.append(len(raw))
            played.append("look")
        with open(f"{OUT}/vt-{name}.bytes", "wb") as f:
            f.write(raw)
        with open(f"{OUT}/vt-{name}.json", "w") as f:
            json.dump({"columns": columns, "rows": rows, "steps": played}, f)
            f.write("\n")
    print(f"{len(CASES)} written by hand")
