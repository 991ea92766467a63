package sallyport.policy.audit;

/** What can be true of a recording. Digests are SHA-256 in hex. */
public sealed interface RecordingFact {

    /** The word, as {@code recording.opened}. */
    String kind();

    /** It has begun, with a header line of that digest. */
    record Opened(String headerSha256) implements RecordingFact {
        @Override
        public String kind() {
            return "recording.opened";
        }
    }

    /**
     * The chain stood at {@code chain} after so many bytes.
     *
     * @param part from 1
     */
    record Checked(int part, long bytes, String chain) implements RecordingFact {
        @Override
        public String kind() {
            return "recording.checked";
        }
    }

    /** It is complete, and has that digest: of its only part, or over the digests of its parts. */
    record Sealed(String sha256) implements RecordingFact {
        @Override
        public String kind() {
            return "recording.sealed";
        }
    }

    /**
     * It was deleted because its time was over.
     *
     * @param rule which rule said so
     */
    record Deleted(String rule) implements RecordingFact {
        @Override
        public String kind() {
            return "recording.deleted";
        }
    }
}
