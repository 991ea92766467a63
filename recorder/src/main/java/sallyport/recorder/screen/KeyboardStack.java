package sallyport.recorder.screen;

import java.util.Arrays;

/**
 * The flags of the kitty keyboard protocol, as a stack (<a
 * href="https://sw.kovidgoyal.net/kitty/keyboard-protocol/#progressive-enhancement">progressive enhancement</a>). Each grid
 * has its own. When it is full, the oldest entry goes.
 */
final class KeyboardStack {

    static final int DEEPEST = 16;

    private static final int ALL_FLAGS = 31;

    private int[] entries = {0};

    int flags() {
        return entries[entries.length - 1];
    }

    /** From the flags below all that was pushed, which are {@code entries()[0]}, to the ones in force. */
    int[] entries() {
        return entries.clone();
    }

    void push(int flags) {
        int[] before = entries.length > DEEPEST ? Arrays.copyOfRange(entries, 1, entries.length) : entries;
        entries = Arrays.copyOf(before, before.length + 1);
        entries[before.length] = flags & ALL_FLAGS;
    }

    void pop(int count) {
        entries = count < entries.length ? Arrays.copyOf(entries, entries.length - count) : new int[] {0};
    }

    /** {@code CSI = flags ; how u}: 1 replaces, 2 adds, 3 takes away. */
    void set(int flags, int how) {
        int top = entries.length - 1;
        int before = entries[top];
        entries[top] = switch (how) {
                    case 2 -> before | flags;
                    case 3 -> before & ~flags;
                    default -> flags;
                }
                & ALL_FLAGS;
    }
}
