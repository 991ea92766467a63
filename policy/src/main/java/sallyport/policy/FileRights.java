package sallyport.policy;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What may be done with a target's files, and how far.
 *
 * @param limits of what is allowed; what is not in it is not allowed
 */
public record FileRights(Map<FileAccess, FileLimits> limits) {

    /** Everything. */
    public static final FileRights ALL =
            new FileRights(Map.of(FileAccess.READ, FileLimits.NONE, FileAccess.WRITE, FileLimits.NONE));

    /** Nothing. */
    public static final FileRights NONE = new FileRights(Map.of());

    public FileRights {
        limits = Map.copyOf(limits);
    }

    /** These, without a limit. */
    public static FileRights of(Collection<FileAccess> allowed) {
        Map<FileAccess, FileLimits> limits = new EnumMap<>(FileAccess.class);
        allowed.forEach(access -> limits.put(access, FileLimits.NONE));
        return new FileRights(limits);
    }

    /** Whether there is nothing that may be done. */
    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /** Whether it may be done at all. */
    public boolean allows(FileAccess access) {
        return limits.containsKey(access);
    }

    /** How far it may be done; empty: not at all. */
    public Optional<FileLimits> of(FileAccess access) {
        return Optional.ofNullable(limits.get(access));
    }

    /** Whether it has to be known which file a name leads to. */
    public boolean namePaths() {
        return limits.values().stream().anyMatch(FileLimits::namesPaths);
    }

    /** Only what both allow, and only as far as both do. */
    FileRights and(FileRights other) {
        Map<FileAccess, FileLimits> both = new EnumMap<>(FileAccess.class);
        limits.forEach((access, mine) -> other.of(access).ifPresent(theirs -> both.put(access, mine.and(theirs))));
        return new FileRights(both);
    }
}
