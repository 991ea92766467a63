package sallyport.recorder.store;

/**
 * Told of what becomes a leaf of the log, each thing once and in its order, on the store's own thread {@code
 * recording-evidence}. What it throws is lost; it should not.
 */
public interface Evidence {

    /** Nobody. */
    Evidence NONE = new Evidence() {
        @Override
        public void opened(String sessionId, String headerSha256) {}

        @Override
        public void checked(String sessionId, int part, long bytes, String chain) {}

        @Override
        public void sealed(String sessionId, Sealed seal) {}

        @Override
        public void deleted(String sessionId, String rule) {}
    };

    /** A recording has begun; its first line, newline included, has this digest. */
    void opened(String sessionId, String headerSha256);

    /**
     * A check point, about once a minute of activity and at the end of each part that is not the last.
     *
     * @param bytes how much of the part {@code chain} is the SHA-256 of
     */
    void checked(String sessionId, int part, long bytes, String chain);

    /** A recording is over. */
    void sealed(String sessionId, Sealed seal);

    /** A recording was removed because {@code rule} says so. */
    void deleted(String sessionId, String rule);
}
