package sallyport.bastion.ssh;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import sallyport.policy.Login;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

/**
 * Reads the user part of {@code ssh USERPART@bastion}:
 *
 * <pre>
 * userpart := [login SEP] target { SEP option } | "s" SEP session { SEP ( ro | takeover ) }
 * SEP      := "+"        "@", "%" and space are understood too
 * option   := new | ro | takeover | name=SESSION | t=TICKET | for=DURATION
 * </pre>
 *
 * A part is an option if it is {@code new}, {@code ro}, {@code takeover}, {@code breakglass} or contains {@code =}.
 */
final class UserPart {

    /** Longest user part that is looked at, in characters: names, options and a reason fit well. */
    static final int LONGEST = 1024;

    private static final Set<String> OPTIONS = Set.of("new", "ro", "takeover", "breakglass");
    private static final Pattern SEPARATOR = Pattern.compile("[+@% ]");
    private static final String FORM =
            "It looks like login+target, as in root+web-1, with +new, +name=..., +t=TICKET or +for=2h behind it";
    private static final String JUMP_FORM =
            "Behind -J it looks like login, as in root, with +new, +name=..., +t=TICKET or +for=2h behind it";

    private UserPart() {}

    /** What {@code text} means. Total: whatever a client sends has an answer. */
    static Destination parse(String text) {
        return parse(text, FORM, UserPart::destination);
    }

    /**
     * What {@code text} means where only {@code target} can be meant, as behind {@code ssh -J}: a login, and options. Total.
     */
    static Destination parseFor(TargetName target, String text) {
        return parse(text, JUMP_FORM, (names, options) -> {
            if (names.size() != 1) {
                throw new IllegalArgumentException(
                        "the user part has " + names.size() + " names, and " + target + " wants one: the login there");
            }
            return new Destination.ToTarget(Optional.of(new Login(names.getFirst())), target, options(options));
        });
    }

    private static Destination parse(
            String text, String form, BiFunction<List<String>, List<String>, Destination> meaning) {
        if (text.length() > LONGEST) {
            return new Destination.Malformed(
                    "the user part has " + text.length() + " characters, " + LONGEST + " at most are read. " + form);
        }
        List<String> names = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (String part : split(text)) {
            if (isOption(part)) {
                options.add(part);
            } else if (!options.isEmpty()) {
                return new Destination.Malformed(
                        "\"" + Visible.text(part) + "\" comes after an option; options are last. " + form);
            } else {
                names.add(part);
            }
        }
        try {
            return meaning.apply(names, options);
        } catch (IllegalArgumentException e) {
            return new Destination.Malformed(Visible.text(e.getMessage()) + ". " + form);
        }
    }

    /** Splits at separators, but not inside the value of {@code t=}, which may be a sentence: it reaches to the end. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (true) {
            if (rest.startsWith("t=")) {
                parts.add(rest);
                return parts;
            }
            String[] both = SEPARATOR.split(rest, 2);
            parts.add(both[0]);
            if (both.length < 2) {
                return parts;
            }
            rest = both[1];
        }
    }

    private static boolean isOption(String part) {
        return OPTIONS.contains(part) || part.contains("=");
    }

    private static Destination destination(List<String> names, List<String> options) {
        String first = names.isEmpty() ? "" : names.getFirst();
        return switch (first) {
            case "s" -> toSession(names, options);
            case "join", "share" ->
                throw new IllegalArgumentException("\"" + first + "+...\" is not served by this bastion");
            default ->
                switch (names.size()) {
                    case 1 ->
                        options.isEmpty()
                                ? new Destination.Bare(first)
                                : new Destination.ToTarget(Optional.empty(), new TargetName(first), options(options));
                    case 2 ->
                        new Destination.ToTarget(
                                Optional.of(new Login(first)), new TargetName(names.get(1)), options(options));
                    case 0 -> throw new IllegalArgumentException("the user part names no target");
                    default ->
                        throw new IllegalArgumentException(
                                "the user part has " + names.size() + " names, a login and a target are possible");
                };
        };
    }

    private static Destination toSession(List<String> names, List<String> options) {
        boolean readOnly = options.contains("ro");
        boolean takeOver = options.contains("takeover");
        if (names.size() != 2 || options.size() > 1 || (!options.isEmpty() && !readOnly && !takeOver)) {
            throw new IllegalArgumentException(
                    "a session is named as s+NAME, as in s+deploy, with +ro or +takeover behind it");
        }
        return new Destination.ToSession(new SessionName(names.get(1)).value(), readOnly, takeOver);
    }

    private static Destination.Options options(List<String> parts) {
        boolean fresh = false;
        boolean readOnly = false;
        boolean takeOver = false;
        Optional<SessionName> name = Optional.empty();
        Optional<Reason> reason = Optional.empty();
        Optional<Duration> duration = Optional.empty();
        for (String part : parts) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            switch (key) {
                case "new" -> fresh = true;
                case "ro" -> readOnly = true;
                case "takeover" -> takeOver = true;
                case "name" -> name = Optional.of(new SessionName(value));
                case "t" -> reason = Optional.of(new Reason(value));
                case "for" -> duration = Optional.of(duration(value));
                case "breakglass" ->
                    throw new IllegalArgumentException("\"+" + key + "\" is not served by this bastion");
                default -> throw new IllegalArgumentException("unknown option \"" + part + "\"");
            }
        }
        if ((fresh ? 1 : 0) + (readOnly ? 1 : 0) + (takeOver ? 1 : 0) > 1) {
            throw new IllegalArgumentException("of +new, +ro and +takeover only one can be meant");
        }
        return new Destination.Options(fresh, readOnly, takeOver, name, reason, duration);
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse((text.endsWith("d") ? "P" : "PT") + text.toUpperCase(Locale.ROOT));
            if (!duration.isNegative() && !duration.isZero()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Said below, in our words.
        }
        throw new IllegalArgumentException("\"for=" + text + "\" is no duration; write 30m, 2h or 1d");
    }
}
