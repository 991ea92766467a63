package sallyport.recorder;

/**
 * Where a recording stops making sense. All before it is good.
 *
 * @param part which of its files, from 1
 * @param position byte of that file at which the first bad line begins
 * @param words what is wrong there
 */
public record Damage(int part, long position, String words) {

    /** In the first part. */
    public Damage(long position, String words) {
        this(1, position, words);
    }

    /** Where it is, for people. */
    public String place() {
        return "byte " + position + (part == 1 ? "" : " of part " + part);
    }
}
