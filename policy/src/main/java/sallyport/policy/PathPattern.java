package sallyport.policy;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
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
        return matches(ownParts(), parts(path));
    }

    /** Each byte as a character, as paths are. */
    private List<String> ownParts() {
        return parts(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    /**
     * What is left of it behind {@code folder}: whatever is below that fits if its parts from there on fit one of these.
     *
     * @param folder as in {@link #matches(String)}
     */
    List<List<String>> below(String folder) {
        List<String> pattern = ownParts();
        BitSet reached = new BitSet();
        reach(pattern, reached, 0);
        for (String part : parts(folder)) {
            BitSet next = new BitSet();
            reached.stream().filter(p -> p < pattern.size()).forEach(p -> {
                if (pattern.get(p).equals(ANY_PARTS)) {
                    reach(pattern, next, p);
                } else if (partMatches(pattern.get(p), part)) {
                    reach(pattern, next, p + 1);
                }
            });
            reached = next;
        }
        return reached.stream()
                .filter(p -> p < pattern.size())
                .mapToObj(p -> pattern.subList(p, pattern.size()))
                .toList();
    }

    /** {@code **} may stand for no part. */
    private static void reach(List<String> pattern, BitSet reached, int place) {
        int p = place;
        while (p < pattern.size() && pattern.get(p).equals(ANY_PARTS)) {
            reached.set(p++);
        }
        reached.set(p);
    }

    /**
     * Whether all that fits {@code narrow} fits {@code wide}. May say no where only a closer look would find that it does.
     *
     * @param wide as {@link #below} gives them, and so is {@code narrow}
     */
    static boolean covers(List<String> wide, List<String> narrow) {
        // covered[n]: what is left of wide from w on covers what is left of narrow from n on.
        boolean[] behind = new boolean[narrow.size() + 1];
        behind[narrow.size()] = true;
        for (int w = wide.size() - 1; w >= 0; w--) {
            boolean any = wide.get(w).equals(ANY_PARTS);
            boolean[] covered = new boolean[narrow.size() + 1];
            covered[narrow.size()] = any && behind[narrow.size()];
            for (int n = narrow.size() - 1; n >= 0; n--) {
                covered[n] =
                        any ? behind[n] || covered[n + 1] : behind[n + 1] && coversPart(wide.get(w), narrow.get(n));
            }
            behind = covered;
        }
        return behind[0];
    }

    private static boolean coversPart(String wide, String narrow) {
        boolean many = narrow.indexOf('*') >= 0;
        return wide.equals(narrow)
                || (wide.equals("*") && !narrow.equals(ANY_PARTS))
                || (!many && partMatches(wide, narrow));
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
