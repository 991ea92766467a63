package sallyport.recorder.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a check of one recording has found.
 *
 * @param good what was looked at and is as it was; one line each
 * @param findings what is not, {@value #MOST_FINDINGS} at most
 * @param more how many there are beside these
 * @param deleted by which rule it was deleted, if it was and nothing of it is here
 */
public record Report(List<String> good, List<Finding> findings, long more, Optional<String> deleted) {

    /** How many findings are kept; more are only counted. */
    public static final int MOST_FINDINGS = 100;

    public Report {
        good = List.copyOf(good);
        findings = List.copyOf(findings);
    }

    /** Whether it is here and all of it is as it was. */
    public boolean isIntact() {
        return findings.isEmpty() && deleted.isEmpty();
    }

    /** {@code intact}, {@code deleted}, or the word for the worst that was found. */
    public String verdict() {
        Optional<Finding.Kind> worst = findings.stream().map(Finding::kind).min(Comparator.naturalOrder());
        return worst.map(Finding.Kind::word).orElse(deleted.isPresent() ? "deleted" : "intact");
    }
}
