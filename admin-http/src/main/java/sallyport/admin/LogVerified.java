package sallyport.admin;

import java.util.List;

/**
 * What was found about the whole log.
 *
 * @param findings what is not as it was signed, each in a line for a person; empty if all is
 * @param more how many there are beside these
 * @param verdict one line
 */
public record LogVerified(List<String> findings, long more, String verdict) {

    public LogVerified {
        findings = List.copyOf(findings);
    }

    /** Whether everything is as it was signed. */
    public boolean isIntact() {
        return findings.isEmpty();
    }
}
