package sallyport.recorder;

/**
 * Where a recording stops making sense. All before it is good.
 *
 * @param position byte of the file at which the first bad line begins
 * @param words what is wrong there
 */
public record Damage(long position, String words) {}
