package sallyport.bastion.transfer;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import sallyport.policy.FileAccess;

/** What a request asks, and whether it can go on if it may. */
sealed interface Asked {

    /**
     * It can.
     *
     * @param needs what must be allowed for it
     * @param places where
     * @param makes how long it makes a file, in bytes; negative: nobody knows; empty: it does not
     * @param words what is written down before it goes on; empty: nothing
     */
    record Fit(Set<FileAccess> needs, List<Place> places, OptionalLong makes, Optional<String> words, Waiting waiting)
            implements Asked {

        Fit(Set<FileAccess> needs, Place place, Optional<String> words, Waiting waiting) {
            this(needs, List.of(place), OptionalLong.empty(), words, waiting);
        }
    }

    /** It cannot: the target would misunderstand it, or nobody would know what it does. */
    record Unfit(int status, String words) implements Asked {}

    /** Something that needs nothing to be allowed, and leaves no trace. */
    static Asked look(Waiting request) {
        return new Fit(Set.of(), List.of(), OptionalLong.empty(), Optional.empty(), request);
    }
}
