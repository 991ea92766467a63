package sallyport.policy.audit;

/**
 * Takes audit entries. When {@link #append} returns, the entry survives a crash of the bastion and reaches the audit table
 * exactly once, even if the database is away now.
 */
public interface AuditLog {

    /**
     * Keeps {@code entry}. May wait for a disk, never for the database. May be called on any thread but an I/O thread of
     * the ssh server.
     *
     * @throws java.io.UncheckedIOException if it could not be kept; the caller must then not do what it wanted to record
     */
    void append(AuditEntry entry);

    /** Whether new entries are being taken: false once the journal is full or broken; then nothing may be opened. */
    boolean isTaking();
}
