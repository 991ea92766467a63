package sallyport.policy;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What may stand behind a target's name where an ssh client wants a host name, as {@code .prod.example} in {@code
 * web-1.prod.example}. Host names are the same in every case of letters (RFC 4343), names of targets are not.
 *
 * @param value empty, or a dot and labels
 */
public record HostSuffix(String value) {

    /** Longest suffix, in characters; with the longest name before it, it is still a host name (RFC 1035 section 2.3.4). */
    static final int LONGEST = 180;

    private static final Pattern FORM = Pattern.compile("(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    /** A target is called by its name alone. */
    public static final HostSuffix NONE = new HostSuffix("");

    /** @throws IllegalArgumentException in words if {@code value} cannot end a host name */
    public HostSuffix {
        if (value.length() > LONGEST || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a target suffix is a dot and labels, as .prod.example, of " + LONGEST + " characters at most");
        }
    }

    /** The host names that mean {@code target}, the shortest first, without repetition. */
    public List<String> hostNames(TargetName target) {
        return Stream.of(target.value(), target.value() + value).distinct().toList();
    }

    /** Which of {@code targets} the host name {@code host} means: one that is called exactly so before one in other letters. */
    public Optional<Target> find(Collection<Target> targets, String host) {
        return targets.stream()
                .filter(target -> hostNames(target.name()).contains(host))
                .findFirst()
                .or(() -> targets.stream()
                        .filter(target -> hostNames(target.name()).stream().anyMatch(host::equalsIgnoreCase))
                        .findFirst());
    }

    /** What a certificate for {@code target} must name: clients write host names in small letters, and compare exactly. */
    public List<String> certified(TargetName target) {
        return hostNames(target).stream()
                .flatMap(name -> Stream.of(name, name.toLowerCase(Locale.ROOT)))
                .distinct()
                .toList();
    }
}
