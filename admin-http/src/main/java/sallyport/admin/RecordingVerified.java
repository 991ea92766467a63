package sallyport.admin;

import sallyport.recorder.verify.Report;

/** What was found about one recording; that somebody asked is written down. */
public record RecordingVerified(SessionView session, Report report) {

    /** As {@code intact}, {@code altered at ...}; one line for a person. */
    public String verdict() {
        String which = "recording " + session.code() + ": ";
        if (report.isIntact()) {
            return which + "intact";
        }
        if (report.findings().isEmpty()) {
            return which + "deleted by rule"
                    + report.deleted().map(rule -> " (" + rule + ")").orElse("");
        }
        long others = report.findings().size() + report.more() - 1;
        return which
                + report.findings().stream()
                        .filter(f -> f.kind().word().equals(report.verdict()))
                        .findFirst()
                        .orElseThrow()
                        .words()
                + (others == 0 ? "" : ", and " + others + " more");
    }
}
