package sallyport.recorder.screen;

/** The numbers of a control sequence, and which of them follow a colon (ECMA-48 5.4.2; ITU T.416 for the colon). */
final class Parameters {

    /** More numbers than this are left out. */
    static final int MOST = 32;

    /** Greater numbers count as this one. */
    static final int GREATEST = 65_535;

    private static final int NONE = -1;

    private final int[] values = new int[MOST];
    private int subordinate;
    private int count;
    private boolean full;

    void clear() {
        count = 1;
        values[0] = NONE;
        subordinate = 0;
        full = false;
    }

    void digit(int digit) {
        if (!full) {
            int before = Math.max(values[count - 1], 0);
            values[count - 1] = Math.min(before * 10 + digit, GREATEST);
        }
    }

    /** A semicolon or, if {@code colon}, one that makes the next number a part of this one. */
    void separator(boolean colon) {
        if (count == MOST) {
            full = true;
            return;
        }
        values[count] = NONE;
        if (colon) {
            subordinate |= 1 << count;
        }
        count++;
    }

    int count() {
        return count;
    }

    /** Nothing but, perhaps, zeros that nobody wrote. */
    boolean none() {
        return count == 1 && values[0] == NONE;
    }

    /** A number, or {@code otherwise} if it is not there. */
    int get(int index, int otherwise) {
        return index < count && values[index] != NONE ? values[index] : otherwise;
    }

    /** For counts and positions, where 0 means 1. */
    int atLeastOne(int index) {
        return Math.max(get(index, 1), 1);
    }

    boolean subordinate(int index) {
        return index < count && (subordinate & (1 << index)) != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                text.append(subordinate(i) ? ':' : ';');
            }
            if (values[i] != NONE) {
                text.append(values[i]);
            }
        }
        return full ? text + ";" : text.toString();
    }
}
