package sallyport.admin;

import java.io.IOException;

/** Removes what is on the disk of a recording, and whatever else exists only for it. */
@FunctionalInterface
public interface Shredder {

    /**
     * Removes it for good. Calling again goes on where it failed or was cut short.
     *
     * @param sessionId UUID text
     * @param rule by which it is removed, in words
     * @return whether there was anything to remove
     * @throws IOException if something of it is left
     */
    boolean delete(String sessionId, String rule) throws IOException;
}
