package sallyport.bastion.console;

/** How a command ended, as the exit status that ssh hands on. Scripts depend on these numbers. */
enum Exit {
    OK(0),
    FAILED(1),
    USAGE(2),
    NOT_FOUND(3),
    NOT_PERMITTED(4),
    PENDING(5),
    AMBIGUOUS(6),
    CONFLICT(7),
    TARGET_OFFLINE(8);

    private final int status;

    Exit(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }
}
