package sallyport.bastion.transfer;

/** What was sent is not sftp, version 3. */
public final class NotSftp extends Exception {

    private static final long serialVersionUID = 1;

    private final String words;

    /**
     * Of what was found.
     *
     * @param words what it was, for people, without a full stop
     */
    public NotSftp(String words) {
        super(words);
        this.words = words;
    }

    /** What it was, for people, without a full stop; never null. */
    @Override
    public String getMessage() {
        return words;
    }
}
