package sallyport.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What may be done with a target's files. Looking (names, sizes, times) comes with either. */
public enum FileAccess {
    /** Having what is in files. */
    READ,
    /** Changing files, folders, links and what is known of them. */
    WRITE;

    /** Everything. */
    public static final Set<FileAccess> ALL = Set.of(values());

    /** The word in files and rows. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is spelled so, if there is one. */
    public static Optional<FileAccess> of(String word) {
        return Stream.of(values()).filter(a -> a.word().equals(word)).findFirst();
    }
}
