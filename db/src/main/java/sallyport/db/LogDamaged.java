package sallyport.db;

/** What is stored of the evidence log is not enough to go on with it. The message says what is missing. */
public final class LogDamaged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LogDamaged(String message) {
        super(message);
    }
}
