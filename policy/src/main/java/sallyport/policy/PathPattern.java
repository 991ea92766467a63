package sallyport.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which paths a rule speaks about: absolute, and compared part by part. {@code *} stands for any characters of one part, {@code **} as
 * a whole part for any number of parts, also none; every other character stands for itself. What other globs know besides is
 * refused, so that nobody takes it for what it is not here.
 *
 * @param text as it is written, such as {@code /srv/upload/**}
 */
public record PathPattern(String text) {

    /** Longest pattern, in characters. */
    public static final int LONGEST = 1000;

    private static final String ANY_PARTS = "**";

    /** @throws IllegalArgumentException in words if it is none */
    public PathPattern {
        String wrong = wrong(text);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\" is no pattern for paths: " + wrong);
        }
    }

    private static String wrong(String text) {
        if (text.length() > LONGEST) {
            return "it is longer than " + LONGEST + " characters";
        }
        if (!text.startsWith("/")) {
            return "it must begin with / (what a login's home is, only the target knows)";
        }
        if (text.chars().anyMatch(c -> "?[]{}\\".indexOf(c) >= 0 || Character.isISOControl(c))) {
            return "only * and ** are special, and ? [ ] { } \\ and control characters are not possible";
        }
        for (String part : parts(text)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return "a part is empty, or . or ..; targets resolve those before a path is compared";
            }
            if (part.contains(ANY_PARTS) && !part.equals(ANY_PARTS)) {
                return "** must be a part of its own, as in /srv/**/logs";
            }
        }
        return "";
    }

    /** Without the slash at the start; the root has none. */
    private static List<String> parts(String path) {
        return path.equals("/") ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    /**
     * Whether {@code path} is one of those.
     *
     * @param path absolute and resolved: without empty parts, {@code .}, {@code ..} and links; each byte as a character
     */
    boolean matches(String path) {
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return matches(parts(bytes), parts(path));
    }

    /** As with the characters of one part: only the last {@code **} need be tried again, each time with one part more. */
    private static boolean matches(List<String> pattern, List<String> path) {
        int p = 0;
        int star = -1;
        int behindStar = 0;
        for (int i = 0; i < path.size(); ) {
            if (p < pattern.size() && pattern.get(p).equals(ANY_PARTS)) {
                star = p++;
                behindStar = i;
            } else if (p < pattern.size() && partMatches(pattern.get(p), path.get(i))) {
                p++;
                i++;
            } else if (star >= 0) {
                p = star + 1;
                i = ++behindStar;
            } else {
                return false;
            }
        }
        while (p < pattern.size() && pattern.get(p).equals(ANY_PARTS)) {
            p++;
        }
        return p == pattern.size();
    }

    private static boolean partMatches(String pattern, String part) {
        int p = 0;
        int star = -1;
        int behindStar = 0;
        for (int i = 0; i < part.length(); ) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                behindStar = i;
            } else if (p < pattern.length() && pattern.charAt(p) == part.charAt(i)) {
                p++;
                i++;
            } else if (star >= 0) {
                p = star + 1;
                i = ++behindStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
