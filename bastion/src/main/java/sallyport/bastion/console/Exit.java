package sallyport.bastion.console;

/**
 * How a command ended, as the exit status that ssh hands on. Scripts depend on these numbers; a command that went into a
 * session ends with the session's.
 */
record Exit(int status) {

    static final Exit OK = new Exit(0);
    static final Exit FAILED = new Exit(1);
    static final Exit USAGE = new Exit(2);
    static final Exit NOT_FOUND = new Exit(3);
    static final Exit NOT_PERMITTED = new Exit(4);
    static final Exit PENDING = new Exit(5);
    static final Exit AMBIGUOUS = new Exit(6);
    static final Exit CONFLICT = new Exit(7);
    static final Exit TARGET_OFFLINE = new Exit(8);
}
