package sallyport.recorder.bundle;

import java.util.List;
import java.util.SequencedMap;
import sallyport.recorder.verify.Finding;
import sallyport.recorder.verify.Report;

/** What was found about a bundle. */
public sealed interface BundleAnswer {

    /** It is no bundle, or is beyond the limits; the words say which. */
    record Unreadable(String words) implements BundleAnswer {}

    /**
     * It was read as far as it can be.
     *
     * @param good what is as it was, of the whole; one line each
     * @param findings what is not, of the whole; {@link Report#MOST_FINDINGS} at most
     * @param more how many there are beside these
     * @param recordings by the ids of their sessions
     */
    record Checked(List<String> good, List<Finding> findings, long more, SequencedMap<String, Report> recordings)
            implements BundleAnswer {
        public Checked {
            good = List.copyOf(good);
            findings = List.copyOf(findings);
        }

        /** Whether everything is as it was, or was deleted by rule. */
        public boolean isIntact() {
            return findings.isEmpty()
                    && recordings.values().stream()
                            .allMatch(report -> report.findings().isEmpty());
        }
    }
}
