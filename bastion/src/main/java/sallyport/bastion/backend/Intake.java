package sallyport.bastion.backend;

/** Takes what a channel brings. Called on I/O threads, one call after the other: it must hand over and return. */
public interface Intake {

    /** Bytes, taken over. Their credit is given back by whoever takes them. */
    void receive(byte[] bytes);

    /** The peer sends no more. */
    void end();

    /** The peer takes more. */
    void windowExpanded();

    /** The channel is gone, or going, whoever closed it. */
    void lost();
}
