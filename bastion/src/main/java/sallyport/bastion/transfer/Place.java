package sallyport.bastion.transfer;

import java.util.Set;
import sallyport.policy.FileAccess;

/** Where a request reads or changes something, and what of that must be allowed there. */
sealed interface Place {

    Set<FileAccess> as();

    /**
     * Where a name leads: only the target knows.
     *
     * @param followed whether a link of that name is meant to be followed, rather than being what is meant
     */
    record Named(FileName name, boolean followed, Set<FileAccess> as) implements Place {}

    /** A file that is open; where it is was found out when it was opened. */
    record Held(OpenFile file, Set<FileAccess> as) implements Place {}
}
