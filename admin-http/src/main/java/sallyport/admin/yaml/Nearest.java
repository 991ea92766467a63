package sallyport.admin.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that was probably meant. */
public final class Nearest {

    private Nearest() {}

    /**
     * {@code ; did you mean "roles"?} if one of {@code known} is close to {@code word}, else which words there are (up to ten
     * of them), else nothing.
     */
    public static String hint(String word, Collection<String> known) {
        Optional<String> near = of(word, known);
        if (near.isPresent()) {
            return "; did you mean \"" + near.get() + "\"?";
        }
        return known.isEmpty() || known.size() > 10 ? "" : "; there are: " + String.join(", ", known);
    }

    /** The closest of {@code known} that is at most a third of {@code word}'s letters away. */
    public static Optional<String> of(String word, Collection<String> known) {
        String folded = word.toLowerCase(Locale.ROOT);
        int furthest = Math.max(1, word.length() / 3);
        return known.stream()
                .filter(k -> Math.abs(k.length() - word.length()) <= furthest)
                .min(Comparator.comparingInt(k -> distance(folded, k.toLowerCase(Locale.ROOT))))
                .filter(k -> distance(folded, k.toLowerCase(Locale.ROOT)) <= furthest);
    }

    /** How many letters must be added, dropped, changed or swapped with a neighbour (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(steps[i - 1][j - 1] + change, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                steps[i][j] = swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
            }
        }
        return steps[a.length()][b.length()];
    }
}
