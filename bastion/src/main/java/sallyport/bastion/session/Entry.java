package sallyport.bastion.session;

/** How somebody enters a session that others may be in. */
public enum Entry {
    /** Only if nobody is in it who may type. */
    ALONE,
    /** Beside those who are in it; all of them may type. */
    JOIN,
    /** Instead of those who are in it and may type; they are sent away. */
    TAKE_OVER,
    /** To look on: nothing that is typed reaches the program. */
    WATCH
}
