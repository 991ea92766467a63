package sallyport.bastion.app;

/**
 * Something that was asked for cannot start or run, for a reason that the person at the command line can understand. The
 * message is what they read: whole, in words, ending the process with status 1.
 */
final class StartRefused extends Exception {

    private static final long serialVersionUID = 1L;

    StartRefused(String words) {
        super(words);
    }

    StartRefused(String words, Throwable cause) {
        super(words, cause);
    }
}
