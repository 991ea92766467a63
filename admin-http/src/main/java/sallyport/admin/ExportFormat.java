package sallyport.admin;

import java.util.Optional;

/** How a history export is spelled. */
public enum ExportFormat {

    /** RFC 4180 with a header row, for spreadsheets; guarded against formulas (T34). */
    CSV("csv", "text/csv; charset=utf-8; header=present"),

    /** One JSON object per line, for programs. */
    JSON_LINES("jsonl", "application/jsonl");

    private final String word;
    private final String mediaType;

    ExportFormat(String word, String mediaType) {
        this.word = word;
        this.mediaType = mediaType;
    }

    /** What people call it, and the ending of its files. */
    public String word() {
        return word;
    }

    /** For a Content-Type. */
    public String mediaType() {
        return mediaType;
    }

    /** The format that people call {@code word}, if there is one. */
    public static Optional<ExportFormat> of(String word) {
        for (ExportFormat format : values()) {
            if (format.word.equals(word)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
