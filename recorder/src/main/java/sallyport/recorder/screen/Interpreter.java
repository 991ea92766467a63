package sallyport.recorder.screen;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Knows what each function means, and has it done to a {@link Page}. What it does not know has no effect. */
final class Interpreter implements Functions {

    private final Page page;
    private final Erasing erasing;
    private final Reports reports;
    private final Strings strings;
    private final Consumer<String> answer;

    Interpreter(Page page, Consumer<String> answer) {
        this.page = page;
        this.answer = answer;
        erasing = new Erasing(page);
        reports = new Reports(page);
        strings = new Strings(page, answer);
    }

    private void say(@Nullable String words) {
        if (words != null) {
            answer.accept(words);
        }
    }

    private void done() {
        page.repeatable = 0;
        page.settle();
    }

    @Override
    public void print(byte[] bytes, int from, int to) {
        page.print(bytes, from, to);
    }

    @Override
    public void print(int codePoint) {
        page.print(codePoint);
    }

    @Override
    public void execute(int control) {
        switch (control) {
            case '\b' -> page.backspace();
            case '\t' -> page.tab(1);
            case '\n', 0x0b, '\f' -> page.lineFeed();
            case '\r' -> page.carriageReturn();
            case 0x0e -> page.charsets = page.charsets.shifted(1);
            case 0x0f -> page.charsets = page.charsets.shifted(0);
            default -> {}
        }
        done();
    }

    @Override
    public void escape(int intermediates, int last) {
        switch (intermediates) {
            case 0 -> escape(last);
            case '#' -> {
                if (last == '8') {
                    erasing.align();
                }
            }
            case '(' -> designate(0, last);
            case ')', '-' -> designate(1, last);
            case '*', '.' -> designate(2, last);
            case '+', '/' -> designate(3, last);
            default -> {}
        }
        done();
    }

    private void designate(int set, int designator) {
        page.charsets = page.charsets.designated(set, Charset.designated(designator));
    }

    private void escape(int last) {
        switch (last) {
            case '7' -> page.save();
            case '8' -> page.restore();
            case 'D' -> page.index();
            case 'E' -> {
                page.index();
                page.carriageReturn();
            }
            case 'H' -> page.tabs.set(page.column);
            case 'M' -> page.reverseIndex();
            case 'N' -> page.singleShift = 2;
            case 'O' -> page.singleShift = 3;
            case 'c' -> page.reset();
            case 'n' -> page.charsets = page.charsets.shifted(2);
            case 'o' -> page.charsets = page.charsets.shifted(3);
            case '=' -> page.modes.set(Mode.APPLICATION_KEYPAD, true);
            case '>' -> page.modes.set(Mode.APPLICATION_KEYPAD, false);
            default -> {}
        }
    }

    @Override
    public void control(int prefix, Parameters parameters, int intermediates, int last) {
        switch (intermediates) {
            case 0 -> {
                switch (prefix) {
                    case 0 -> {
                        if (last == 'b') {
                            page.repeat(parameters.atLeastOne(0));
                            page.settle();
                            return;
                        }
                        control(parameters, last);
                    }
                    case '?' -> questioned(parameters, last);
                    case '>' -> greater(parameters, last);
                    case '<' -> {
                        if (last == 'u') {
                            page.grid.keyboard.pop(parameters.atLeastOne(0));
                        }
                    }
                    default -> {
                        if (last == 'u') {
                            page.grid.keyboard.set(parameters.get(0, 0), parameters.get(1, 1));
                        } else if (last == 'c' && parameters.get(0, 0) == 0) {
                            say(reports.tertiaryAttributes());
                        }
                    }
                }
            }
            case '$' -> {
                if (last == 'p' && (prefix == 0 || prefix == '?')) {
                    say(reports.mode(parameters.get(0, 0), prefix == '?'));
                }
            }
            default -> {
                if (prefix == 0) {
                    rare(parameters, intermediates << 8 | last);
                }
            }
        }
        done();
    }

    private void control(Parameters parameters, int last) {
        int one = parameters.atLeastOne(0);
        int what = parameters.get(0, 0);
        switch (last) {
            case '@' -> page.insertCells(one);
            case 'A' -> page.up(one);
            case 'B' -> page.down(one);
            case 'C' -> page.rightBy(one);
            case 'D' -> page.leftBy(one);
            case 'E' -> {
                page.down(one);
                page.carriageReturn();
            }
            case 'F' -> {
                page.up(one);
                page.carriageReturn();
            }
            case 'G', '`' -> page.addressColumn(one - 1);
            case 'H', 'f' -> page.address(parameters.atLeastOne(1) - 1, one - 1);
            case 'I' -> page.tab(one);
            case 'J' -> erasing.display(what, false);
            case 'K' -> erasing.line(what, false);
            case 'L' -> page.insertLines(one);
            case 'M' -> page.removeLines(one);
            case 'P' -> page.removeCells(one);
            case 'S' -> page.removeLinesAt(page.top, one);
            case 'T' -> {
                if (parameters.count() == 1) {
                    page.insertLinesAt(page.top, one);
                }
            }
            case 'X' -> erasing.characters(one);
            case 'Z' -> page.tabBack(one);
            case 'a' -> page.moveTo(page.column + one, page.row);
            case 'c' -> {
                if (what == 0) {
                    say(reports.primaryAttributes());
                }
            }
            case 'd' -> page.addressRow(one - 1);
            case 'e' -> page.moveTo(page.column, page.row + one);
            case 'g' -> {
                if (what == 0) {
                    page.tabs.clear(page.column);
                } else if (what == 3) {
                    page.tabs.clear();
                }
            }
            case 'h' -> modes(parameters, false, true);
            case 'l' -> modes(parameters, false, false);
            case 'm' -> page.pen = Sgr.apply(page.pen, parameters);
            case 'n' -> say(reports.status(what, false));
            case 'r' -> page.setVerticalMargins(one - 1, parameters.get(1, 0) - 1);
            case 's' -> {
                if (page.modes.has(Mode.LEFT_RIGHT_MARGINS)) {
                    page.setSideMargins(one - 1, parameters.get(1, 0) - 1);
                } else if (parameters.none()) {
                    page.save();
                }
            }
            case 't' -> window(parameters);
            case 'u' -> page.restore();
            default -> {}
        }
    }

    private void window(Parameters parameters) {
        switch (parameters.get(0, 0)) {
            case 22 -> page.titles.push(parameters.get(1, 0));
            case 23 -> page.titles.pop(parameters.get(1, 0));
            default -> say(reports.window(parameters.get(0, 0)));
        }
    }

    /** Sequences with a {@code ?}. */
    private void questioned(Parameters parameters, int last) {
        switch (last) {
            case 'h' -> modes(parameters, true, true);
            case 'l' -> modes(parameters, true, false);
            case 'J' -> erasing.display(parameters.get(0, 0), true);
            case 'K' -> erasing.line(parameters.get(0, 0), true);
            case 'm' -> {
                if (parameters.get(0, 0) == 4) {
                    say(reports.modifyOtherKeys());
                }
            }
            case 'n' -> say(reports.status(parameters.get(0, 0), true));
            case 'u' -> say(reports.keyboard());
            default -> {}
        }
    }

    /** Sequences with a {@code >}. */
    private void greater(Parameters parameters, int last) {
        int what = parameters.get(0, 0);
        switch (last) {
            case 'c' -> {
                if (what == 0) {
                    say(reports.secondaryAttributes());
                }
            }
            case 'm' -> {
                if (what == 4 || parameters.none()) {
                    page.modes.modifyOtherKeys(parameters.get(1, 0));
                }
            }
            case 'n' -> {
                if (what == 4) {
                    page.modes.modifyOtherKeys(0);
                }
            }
            case 'q' -> {
                if (what == 0) {
                    say(reports.version());
                }
            }
            case 'u' -> page.grid.keyboard.push(what);
            default -> {}
        }
    }

    /** Sequences with intermediates: the last of them in the higher byte of {@code name}. */
    private void rare(Parameters parameters, int name) {
        int one = parameters.atLeastOne(0);
        switch (name) {
            case ' ' << 8 | 'q' -> page.modes.cursorStyle(parameters.get(0, 0));
            case ' ' << 8 | '@' -> page.removeColumns(page.left, one);
            case ' ' << 8 | 'A' -> page.insertColumns(page.left, one);
            case '\'' << 8 | '}' -> {
                if (page.betweenMargins()) {
                    page.insertColumns(page.column, one);
                }
            }
            case '\'' << 8 | '~' -> {
                if (page.betweenMargins()) {
                    page.removeColumns(page.column, one);
                }
            }
            case '!' << 8 | 'p' -> page.softReset();
            case '"' << 8 | 'q' -> page.pen = page.pen.withProtection(parameters.get(0, 0) == 1);
            default -> {}
        }
    }

    private void modes(Parameters parameters, boolean dec, boolean on) {
        for (int i = 0; i < parameters.count(); i++) {
            int number = parameters.get(i, 0);
            Mode mode = Mode.of(number, dec);
            if (mode != null) {
                mode(mode, on);
            } else if (dec) {
                screens(number, on);
            }
        }
    }

    private void mode(Mode mode, boolean on) {
        page.modes.set(mode, on);
        switch (mode) {
            case ORIGIN -> page.address(0, 0);
            case LEFT_RIGHT_MARGINS -> page.resetSideMargins();
            case IN_BAND_RESIZE -> {
                if (on) {
                    say(reports.size());
                }
            }
            default -> {}
        }
    }

    private void screens(int number, boolean alternate) {
        switch (number) {
            case 1048 -> {
                if (alternate) {
                    page.save();
                } else {
                    page.restore();
                }
            }
            case 47, 1047 -> show(alternate);
            case 1049 -> {
                if (alternate) {
                    page.save();
                    show(true);
                } else {
                    show(false);
                    page.restore();
                }
            }
            default -> {}
        }
    }

    private void show(boolean alternate) {
        if (alternate) {
            page.showAlternate();
        } else {
            page.showMain();
        }
    }

    @Override
    public void command(String text, boolean bell) {
        strings.command(text, bell);
        done();
    }

    @Override
    public void device(String text) {
        if (text.startsWith("$q")) {
            say(reports.setting(text.substring(2)));
        } else if (text.startsWith("+q")) {
            say("\u001bP0+r\u001b\\");
        }
        done();
    }
}
