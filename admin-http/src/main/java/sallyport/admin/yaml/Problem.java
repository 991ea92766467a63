package sallyport.admin.yaml;

/**
 * One thing wrong with a file.
 *
 * @param line counted from 1; 0 if it is about the whole file
 */
public record Problem(int line, String words) {

    @Override
    public String toString() {
        return line == 0 ? words : "line " + line + ": " + words;
    }
}
