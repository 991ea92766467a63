package sallyport.admin.access;

/**
 * What a file brought.
 *
 * @param sha256 hex digest of the file
 * @param version of what holds now; grows with each file that is applied
 */
public record Applied(String file, String sha256, int people, int targets, int rules, long version) {}
