package sallyport.bastion.backend;

/** What becomes of an end that is being opened: one of the two, once. On any thread; must not block. */
public interface OpenAnswer {

    /** It is open. Nothing has come from it yet, and nothing comes before this returns. */
    void opened();

    /**
     * It was not opened.
     *
     * @param reason as in SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 section 5.1)
     * @param words the peer's own, or the bastion's; not to be shown before they are made inert
     */
    void refused(int reason, String words);
}
