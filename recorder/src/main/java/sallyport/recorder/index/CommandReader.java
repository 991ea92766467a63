package sallyport.recorder.index;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.index.Found.Confidence;
import sallyport.recorder.index.Found.Source;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/**
 * Reads commands off the screen. A recording has no keystrokes, but the output says enough: where the prompt ended, and when
 * the line was finished. What stands behind the prompt at that moment is the command, however it came there: typed, edited,
 * completed, or called up from the history.
 *
 * <p>There are three ways to know those two places, best first. Marks of shell integration say them. A line editor (readline,
 * zle, fish since 3.7) switches bracketed paste on when it begins to take a line and off when the line is finished. Without either, a
 * prompt is what ends like one and then waits, and the line is finished by a line feed; that is a guess until the same prompt
 * comes back.
 *
 * <p>What defeats it, besides intent: what was typed before the first prompt came; programs with prompts of their own, whose lines look
 * like commands; everything inside a full-screen program, also a terminal multiplexer; a line that zsh gave up at Ctrl-C, which
 * it shows no differently from one that was run.
 */
final class CommandReader {

    /** How many lines one command may have on the screen. */
    private static final int MOST_LINES = 50;

    /** How long a prompt may be that is one only by its looks. */
    private static final int LONGEST_PROMPT = 200;

    /** Nobody types so soon after a prompt; what comes earlier belongs to what looked like one. */
    private static final Duration SOONEST = Duration.ofMillis(20);

    /** How many prompts are remembered. */
    private static final int MOST_KNOWN = 8;

    private static final String PROMPT_ENDS = "$#%>\u276f\u279c\u00bb\u203a\u03bb";

    /** What bash, dash, fish and zsh show in front of the second line of a command, and mysql's. */
    private static final Pattern GOES_ON = Pattern.compile(
            "(?:(?:quote|dquote|bquote|heredoc|heredocd|cmdsubst|cmdand|cmdor|pipe|for|while|until|repeat|select|if|then|elif|else|case|function|subsh|cursh|array|math|braceparam|cond)"
                + " ?)*> ?|\\s*-> ?");

    private static final Pattern SAID = Pattern.compile("(?:^|;)cmdline_url=([^;]*)");

    private enum Kind {
        MARKED,
        EDITOR,
        LOOKS
    }

    /**
     * Somebody may type now.
     *
     * @param text what stands in front of what is typed
     * @param right what stands far behind it
     */
    private record Prompt(String text, String right, Kind kind, Duration at) {

        /** A prompt with another directory in it has the same. */
        String shape() {
            String stripped = text.strip();
            if (stripped.isEmpty()) {
                return "";
            }
            int end = 0;
            while (end < stripped.length() && " :~/[(".indexOf(stripped.charAt(end)) < 0) {
                end++;
            }
            return stripped.substring(0, end)
                    + stripped.substring(
                            stripped.length() - Character.charCount(stripped.codePointBefore(stripped.length())));
        }
    }

    /** A command whose status may still come. */
    private record Pending(Prompt prompt, Found.Command command) {}

    private final Screen screen;
    private final Consumer<Found.Command> found;
    private final Deque<String> known = new ArrayDeque<>();
    private @Nullable Prompt prompt;
    private @Nullable Pending pending;

    /** A line editor has begun, or a mark says that a prompt comes, and its end was not seen yet. */
    private boolean promptComes;

    /** Whether a line editor is at work. */
    private boolean editor;

    CommandReader(Screen screen, Consumer<Found.Command> found) {
        this.screen = screen;
        this.found = found;
    }

    /** Whether line feeds are cues now. */
    boolean wantsLineEnds() {
        return prompt != null && prompt.kind == Kind.LOOKS;
    }

    /** Output is about to come. */
    void before(Duration at) {
        if (prompt == null
                || prompt.kind == Kind.MARKED
                || at.minus(prompt.at).compareTo(SOONEST) >= 0
                || known.contains(prompt.text)
                || (prompt.kind == Kind.EDITOR && looksLikePrompt(prompt.text))) {
            return;
        }
        // The rest of the prompt, or of what was none.
        promptComes = prompt.kind == Kind.EDITOR;
        prompt = null;
    }

    /** All that came at once was shown. */
    void after(Duration at) {
        if (screen.alternate()) {
            prompt = null;
            promptComes = false;
            return;
        }
        if (prompt != null && prompt.kind == Kind.LOOKS) {
            String before = ScreenText.cursorLine(screen).before();
            if (!before.startsWith(prompt.text)) {
                prompt = null;
            }
        }
        if (prompt == null && (promptComes || !editor)) {
            look(at);
        }
    }

    private void look(Duration at) {
        ScreenText.CursorLine line = ScreenText.cursorLine(screen);
        if (line.before().isBlank()) {
            return;
        }
        Optional<String> before =
                known.stream().filter(line.before()::startsWith).findFirst();
        if (before.isEmpty() && !promptComes && !looksLikePrompt(line.before())) {
            return;
        }
        prompt = new Prompt(
                before.orElse(line.before()), line.after().strip(), promptComes ? Kind.EDITOR : Kind.LOOKS, at);
        promptComes = false;
        cameBack(line.before().substring(prompt.text.length()));
    }

    /** What a prompt that came says of the command before it. */
    private void cameBack(String typed) {
        if (pending == null || prompt == null || pending.prompt.kind != Kind.LOOKS) {
            return;
        }
        if (!typed.isBlank() && typed.startsWith(pending.command.text())) {
            // The line was not finished: it was shown once more, below a list of what it may be completed to.
            pending = null;
        } else if (pending.prompt.shape().equals(prompt.shape())) {
            cameBack();
        }
    }

    /** The prompt of the command was seen twice, so it is one. */
    private void cameBack() {
        if (pending != null) {
            Found.Command c = pending.command;
            pending = new Pending(
                    pending.prompt,
                    new Found.Command(c.at(), c.text(), c.status(), c.directory(), c.source(), Confidence.LIKELY));
        }
    }

    private static boolean looksLikePrompt(String before) {
        String text = before.stripTrailing();
        if (text.isEmpty() || text.length() > LONGEST_PROMPT || before.length() > text.length() + 1) {
            return false;
        }
        int last = text.codePointBefore(text.length());
        boolean percentage = last == '%' && text.length() > 1 && Character.isDigit(text.charAt(text.length() - 2));
        return PROMPT_ENDS.indexOf(last) >= 0 && !percentage;
    }

    /** The output has come to a cue; the screen is as it was just before. */
    void met(Cue cue, Duration at) {
        if (screen.alternate()) {
            return;
        }
        switch (cue) {
            case Cue.LineEnd _ -> finished(at, Optional.empty());
            case Cue.Editor(boolean on) -> {
                editor = on;
                if (!on) {
                    finished(at, Optional.empty());
                    promptComes = false;
                } else if (prompt == null || prompt.kind != Kind.MARKED) {
                    prompt = null;
                    promptComes = true;
                }
            }
            case Cue.Wiped(boolean otherScreen) -> prompt = otherScreen ? null : prompt;
            case Cue.Mark(char kind, String rest) -> marked(kind, rest, at);
        }
    }

    private void marked(char kind, String rest, Duration at) {
        switch (kind) {
            case 'A', 'P' -> {
                prompt = null;
                promptComes = true;
            }
            case 'B', 'I' -> {
                ScreenText.CursorLine line = ScreenText.cursorLine(screen);
                prompt = new Prompt(line.before(), line.after().strip(), Kind.MARKED, at);
                promptComes = false;
            }
            case 'C' -> {
                finished(at, said(rest));
                promptComes = false;
            }
            case 'D' -> ended(rest);
            default -> {}
        }
    }

    /** The command as the shell itself says it, percent-encoded (kitty's shell integration; fish since 4.0). */
    private static Optional<String> said(String rest) {
        Matcher said = SAID.matcher(rest);
        if (!said.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(URLDecoder.decode(said.group(1).replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
    }

    private void ended(String rest) {
        if (pending == null) {
            return;
        }
        Found.Command c = pending.command;
        Optional<Integer> status = Optional.of(rest.split(";", 2)[0])
                .filter(s -> s.matches("[0-9]{1,9}"))
                .map(Integer::valueOf);
        pending = null;
        found.accept(new Found.Command(c.at(), c.text(), status, c.directory(), c.source(), c.confidence()));
    }

    /** The line behind the prompt is finished. */
    private void finished(Duration at, Optional<String> said) {
        Prompt of = prompt == null && promptComes ? passed(at) : prompt;
        prompt = null;
        if (of == null) {
            // Its end was seen already; now the shell says what it was.
            if (said.isPresent() && pending != null) {
                pending = new Pending(pending.prompt, command(pending.command.at(), said.get(), Kind.MARKED, true));
            }
            return;
        }
        String text = RecordingIndex.clean(said.orElseGet(() -> typed(of))).strip();
        // A line that was given up shows what was pressed.
        if (text.isEmpty() || text.endsWith("^C")) {
            return;
        }
        if (pending != null
                && goesOn(of.text)
                && !goesOn(pending.prompt.text)
                && of.kind != Kind.MARKED
                && said.isEmpty()) {
            Found.Command c = pending.command;
            pending = new Pending(
                    pending.prompt,
                    new Found.Command(
                            c.at(),
                            RecordingIndex.cut(c.text() + "\n" + text, RecordingIndex.LONGEST_COMMAND),
                            c.status(),
                            c.directory(),
                            c.source(),
                            c.confidence()));
            return;
        }
        flush();
        pending = new Pending(of, command(at, text, of.kind, said.isPresent()));
        if (of.kind == Kind.LOOKS && known.contains(of.text)) {
            cameBack();
        }
        learn(of.text);
    }

    /**
     * The prompt of a line that was typed before its prompt came, so that both came at once: one that is known, in the line of
     * the cursor or, if that is empty, in the one above.
     */
    private @Nullable Prompt passed(Duration at) {
        List<String> lines = ScreenText.toCursor(screen, 2);
        int last = lines.size() - 1;
        String line = last > 0 && lines.get(last).isEmpty() ? lines.get(last - 1) : lines.get(last);
        return known.stream()
                .filter(line::startsWith)
                .findFirst()
                .map(text -> new Prompt(text, "", Kind.EDITOR, at))
                .orElse(null);
    }

    private Found.Command command(Duration at, String text, Kind kind, boolean said) {
        return new Found.Command(
                at,
                RecordingIndex.cut(RecordingIndex.clean(text).strip(), RecordingIndex.LONGEST_COMMAND),
                Optional.empty(),
                RecordingIndex.cut(screen.directory(), RecordingIndex.LONGEST_LINE),
                kind == Kind.MARKED || said ? Source.MARKS : Source.SCREEN,
                said ? Confidence.EXACT : kind == Kind.LOOKS ? Confidence.GUESS : Confidence.LIKELY);
    }

    /**
     * What stands behind the prompt, down to the cursor. The prompt is looked for from the cursor upwards: it moves when the
     * screen is cleared or gets another size, and readline shows it anew below a list of completions.
     */
    private String typed(Prompt of) {
        List<String> lines = ScreenText.toCursor(screen, MOST_LINES);
        String bare = of.text.stripTrailing();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            boolean empty = line.length() <= of.text.length();
            if (empty ? line.equals(bare) : line.startsWith(of.text)) {
                String first = empty ? "" : line.substring(of.text.length());
                StringBuilder text = new StringBuilder(withoutRight(first, of.right));
                for (String more : lines.subList(i + 1, lines.size())) {
                    text.append('\n').append(more);
                }
                return text.toString();
            }
        }
        return "";
    }

    private static String withoutRight(String line, String right) {
        return !right.isEmpty() && line.endsWith(right)
                ? line.substring(0, line.length() - right.length()).stripTrailing()
                : line;
    }

    private static boolean goesOn(String prompt) {
        return GOES_ON.matcher(prompt).matches();
    }

    private void learn(String text) {
        known.remove(text);
        known.addFirst(text);
        if (known.size() > MOST_KNOWN) {
            known.removeLast();
        }
    }

    private void flush() {
        if (pending != null) {
            found.accept(pending.command);
            pending = null;
        }
    }

    /** No more comes. */
    void finish() {
        flush();
    }
}
