package sallyport.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import sallyport.recorder.Damage;
import sallyport.recorder.Format;
import sallyport.recorder.store.RecordingFile;

/** A recording that somebody may take away; that they did is already written. */
public final class RecordingDownload {

    private final SessionView session;
    private final RecordingFile file;
    private final Format format;

    RecordingDownload(SessionView session, RecordingFile file, Format format) {
        this.session = session;
        this.file = file;
        this.format = format;
    }

    /** Whose recording it is. */
    public SessionView session() {
        return session;
    }

    /** For a Content-Type. */
    public String mediaType() {
        return format.mediaType();
    }

    /** What to call the copy: the session's code and the format's ending, nothing that a person chose (T36). */
    public String fileName() {
        return session.code() + "." + format.extension();
    }

    /**
     * Writes it, in memory that does not grow with it; one that still grows is written to its present end.
     *
     * @param out not closed
     * @return where the recording stops making sense, if it does; all before that was written
     * @throws IOException if {@code out} refuses or the recording cannot be read
     */
    public Optional<Damage> writeTo(OutputStream out) throws IOException {
        return file.write(format, out);
    }
}
