package sallyport.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * How far a {@link FileAccess} goes.
 *
 * @param paths of each of these lists one pattern must fit; none: every path
 * @param largest how long a file may be, in bytes
 */
public record FileLimits(List<List<PathPattern>> paths, OptionalLong largest) {

    /** No limit. */
    public static final FileLimits NONE = new FileLimits(List.of(), OptionalLong.empty());

    /** @throws IllegalArgumentException in words if a part is out of range */
    public FileLimits {
        if (largest.isPresent() && largest.getAsLong() < 0) {
            throw new IllegalArgumentException("no file is shorter than nothing");
        }
        paths = paths.stream().map(List::copyOf).toList();
    }

    /** What one rule says; no patterns: every path. */
    public static FileLimits of(List<PathPattern> paths, OptionalLong largest) {
        return new FileLimits(paths.isEmpty() ? List.of() : List.of(paths), largest);
    }

    /** Whether it has to be known which file a name leads to. */
    public boolean namesPaths() {
        return !paths.isEmpty();
    }

    /**
     * Whether that is a path of those.
     *
     * @param path as {@link PathPattern} compares them: absolute and resolved, each byte as a character
     */
    public boolean allowsPath(String path) {
        return paths.stream().allMatch(any -> any.stream().anyMatch(pattern -> pattern.matches(path)));
    }

    /**
     * Whether nothing below a folder comes to be of those when the folder is called otherwise. What cannot be told from the patterns
     * counts as if something did.
     *
     * @param from what it is called, as in {@link #allowsPath}
     * @param to what it will be called
     */
    public boolean opensNothingBelow(String from, String to) {
        return paths.stream().allMatch(any -> {
            List<List<String>> before = any.stream()
                    .flatMap(pattern -> pattern.below(from).stream())
                    .toList();
            return any.stream()
                    .flatMap(pattern -> pattern.below(to).stream())
                    .allMatch(now ->
                            before.contains(now) || before.stream().anyMatch(wide -> PathPattern.covers(wide, now)));
        });
    }

    /**
     * Whether a file may be so long.
     *
     * @param bytes how long a file is or will be; what is beyond a long is negative
     */
    public boolean allowsSize(long bytes) {
        return largest.isEmpty() || (bytes >= 0 && bytes <= largest.getAsLong());
    }

    /** As far as both go. */
    FileLimits and(FileLimits other) {
        List<List<PathPattern>> both = new ArrayList<>(paths);
        other.paths.stream().filter(any -> !both.contains(any)).forEach(both::add);
        LongStream sizes = LongStream.concat(largest.stream(), other.largest.stream());
        return new FileLimits(both, sizes.min());
    }
}
