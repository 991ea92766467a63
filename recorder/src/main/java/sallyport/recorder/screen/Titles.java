package sallyport.recorder.screen;

import java.util.ArrayList;
import java.util.List;

/** The title and those put aside with {@code CSI 22 t} (ctlseqs, XTWINOPS). When the stack is full, the oldest goes. */
final class Titles {

    static final int DEEPEST = 10;

    /** {@code which} as in the sequence: 0 both, 1 the icon, 2 the window. */
    record Saved(int which, Title title) {}

    private final List<Saved> stack = new ArrayList<>();
    private Title title = Title.NONE;

    Title title() {
        return title;
    }

    List<Saved> stack() {
        return List.copyOf(stack);
    }

    void reset() {
        title = Title.NONE;
        stack.clear();
    }

    /** OSC 0, 1 and 2. */
    void set(int which, String text) {
        String clean = Title.cleaned(text);
        title = new Title(which == 1 ? title.window() : clean, which == 2 ? title.icon() : clean);
    }

    void push(int which) {
        if (which > 2) {
            return;
        }
        if (stack.size() == DEEPEST) {
            stack.removeFirst();
        }
        stack.add(new Saved(which, title));
    }

    void pop(int which) {
        if (which > 2 || stack.isEmpty()) {
            return;
        }
        Saved saved = stack.removeLast();
        boolean window = which != 1 && saved.which() != 1;
        boolean icon = which != 2 && saved.which() != 2;
        title = new Title(
                window ? saved.title().window() : title.window(),
                icon ? saved.title().icon() : title.icon());
    }
}
