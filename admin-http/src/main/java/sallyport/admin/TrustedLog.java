package sallyport.admin;

import java.util.List;
import sallyport.recorder.proof.VerifierKey;

/**
 * Which log this bastion's is, and whose signatures count.
 *
 * @param origin its name, in each check point
 * @param keys the one that signs now first, then those before it
 */
public record TrustedLog(String origin, List<VerifierKey> keys) {
    public TrustedLog {
        keys = List.copyOf(keys);
    }
}
