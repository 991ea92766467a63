package sallyport.admin;

import java.time.Instant;
import java.util.UUID;

/**
 * A token just made. This is the only time that its secret can be seen.
 *
 * @param secret what a program sends as {@code Authorization: Bearer}; kept out of {@link #toString} (T41)
 */
public record NewToken(UUID id, String name, Instant expires, String secret) {

    @Override
    public String toString() {
        return "NewToken[id=" + id + ", name=" + name + ", expires=" + expires + ", secret=***]";
    }
}
