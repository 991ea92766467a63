package sallyport.bastion.backend;

/**
 * What a backend says. Called on an I/O thread that carries many sessions: an implementation must hand over and return,
 * never block, never look anything up.
 */
public interface BackendEvents {

    /**
     * The program wrote.
     *
     * @param stderr whether it came as extended data of type SSH_EXTENDED_DATA_STDERR (RFC 4254 section 5.2)
     * @param bytes valid only during the call
     */
    void output(boolean stderr, byte[] bytes, int offset, int length);

    /** The program has ended; its output may still be on its way. */
    void exited(ProgramExit exit);

    /** Nothing comes after this. Called once. */
    void closed();
}
