package sallyport.bastion.backend;

import java.util.function.IntConsumer;

/**
 * A running program on a target, as a session sees it. All methods may be called on any thread, never block, and are
 * ignored once the backend is closed.
 */
public interface Backend {

    /**
     * Sends input to the program, in the order of the calls.
     *
     * @param bytes taken over: the caller must not change them afterwards
     * @param taken told how many bytes have left the bastion, or never will; on any thread, must not block. Calls with the
     *     same {@code taken} may be answered together
     */
    void input(byte[] bytes, IntConsumer taken);

    /** No more input will come (SSH_MSG_CHANNEL_EOF, RFC 4254 section 5.3). */
    void inputEnded();

    /** Tells the program's terminal its new size (window-change, RFC 4254 section 6.7). */
    void resize(TerminalSize size);

    /** Sends a signal by its RFC 4254 section 6.9 name, without SIG. */
    void signal(String name);

    /** Sends a break of {@code milliseconds} (RFC 4335). */
    void sendBreak(long milliseconds);

    /**
     * Gives back window credit: {@code bytes} of output have been dealt with. Until output is given back, at most one
     * window of it is on its way, so that nothing here grows with a slow reader.
     */
    void release(int bytes);

    /** Ends it now: the target hangs up on the program. {@link BackendEvents#closed} follows. Idempotent. */
    void close();
}
