package sallyport.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What an exec request runs: the exact bytes of the request, never decoded on their way to the target. */
public final class Command {

    private final byte[] bytes;

    /** Takes a copy of {@code bytes}. */
    public Command(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy of the exact bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The command as text for people: UTF-8, with replacement characters where it is not. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Command command && Arrays.equals(bytes, command.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Command[" + bytes.length + " bytes]";
    }
}
