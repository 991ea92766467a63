package sallyport.recorder;

import java.util.Optional;

/** How a recording can be handed out. */
public enum Format {

    /** asciicast v3: the lines as they are stored. */
    ASCIICAST_V3("v3", "application/x-asciicast", "cast"),

    /** asciicast v2, for older tools: what was shown, typed, resized and marked; no exact bytes, no exit status. */
    ASCIICAST_V2("v2", "application/x-asciicast", "cast"),

    /** The exact bytes of the terminal or of stdout. */
    RAW("raw", "application/octet-stream", "raw"),

    /** The exact bytes of stderr; empty for a terminal. */
    RAW_STDERR("raw-stderr", "application/octet-stream", "raw"),

    /** What was shown, as text without any control sequence. */
    TEXT("text", "text/plain; charset=utf-8", "txt"),

    /** One JSON object (RFC 8259) in ASCII, with a header and an array of events. */
    JSON("json", "application/json", "json");

    private final String word;
    private final String mediaType;
    private final String extension;

    Format(String word, String mediaType, String extension) {
        this.word = word;
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /** The format that people call {@code word}; empty if there is none. */
    public static Optional<Format> of(String word) {
        for (Format format : values()) {
            if (format.word.equals(word)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** What people call it, as in {@code --format text}. */
    public String word() {
        return word;
    }

    /** For a Content-Type. */
    public String mediaType() {
        return mediaType;
    }

    /** For a file name, without its dot. */
    public String extension() {
        return extension;
    }
}
