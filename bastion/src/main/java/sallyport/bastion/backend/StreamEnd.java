package sallyport.bastion.backend;

import java.util.function.IntConsumer;

/**
 * One end of something that passes, an ssh channel or a socket: bytes both ways, each way with an end of its own. All methods may
 * be called on any thread, never block, and are ignored once it is closed.
 */
public interface StreamEnd {

    /** From here on {@code whom} is told what comes; before anything can come. At once, if it is lost already. */
    void tell(Intake whom);

    /**
     * Sends bytes, in the order of the calls.
     *
     * @param bytes taken over: the caller must not change them afterwards
     * @param taken told how many bytes have left the bastion, or never will; must not block
     */
    void send(byte[] bytes, IntConsumer taken);

    /** Nothing more will be sent; its peer is told behind all that was. The other way stays open. */
    void sendEnd();

    /** So many bytes that came from it were dealt with: it may bring as many more. */
    void release(int bytes);

    /** Closes it behind all that was sent. */
    void finish();

    /** Closes it now; what was not sent yet is dropped. */
    void cut();
}
