package sallyport.policy.session;

import java.util.UUID;
import sallyport.policy.Crockford;

/**
 * Which session: a UUIDv7 (RFC 9562 section 5.7). It carries no authority; whoever shows it must still be allowed (T20).
 */
public record SessionId(UUID value) {

    /** Length of {@link #code}. */
    public static final int CODE_LENGTH = 8;

    /**
     * What people call it: {@value #CODE_LENGTH} characters of Crockford's base 32, from the random end of the id, since the
     * front of a UUIDv7 is the time and reads alike for all sessions of a day.
     */
    public String code() {
        return Crockford.encode(value.getLeastSignificantBits(), CODE_LENGTH);
    }

    /** The full id, as in data. */
    @Override
    public String toString() {
        return value.toString();
    }
}
