package sallyport.recorder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The files of one recording, in their order. For one thread at a time. */
public interface Parts extends Closeable {

    /**
     * Opens a part, which the caller closes.
     *
     * @param number from 1
     * @return empty if there is none; while the recording grows there may be one later
     * @throws Source.Unreadable if there should be one and it cannot be had
     */
    Optional<Source> open(int number) throws IOException;

    @Override
    default void close() throws IOException {}

    /** A recording that has one part. */
    static Parts single(Path file) {
        return number -> number == 1 ? Optional.of(Source.file(file)) : Optional.empty();
    }
}
