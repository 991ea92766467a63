package sallyport.bastion.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import sallyport.recorder.bundle.BundleAnswer;
import sallyport.recorder.bundle.BundleCheck;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.verify.Finding;
import sallyport.recorder.verify.Report;

/** {@code sallyport verify}: what a bundle is worth, in words, without a bastion. */
final class BundleVerdict {

    private static final int INTACT = 0;
    private static final int NOT_INTACT = 1;
    private static final int UNREADABLE = 2;

    /** Longer than any list of keys. */
    private static final long LONGEST_KEYS = 64 << 10;

    private final PrintStream out;
    private final PrintStream err;

    BundleVerdict(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Says it, and returns the exit status: 0 intact, 1 not, 2 unreadable.
     *
     * @param key a verifier key, or a file with such, one a line; empty if the keys in the bundle must do
     */
    int say(Path bundle, String key) {
        List<VerifierKey> trusted;
        BundleAnswer answer;
        try {
            trusted = key.isEmpty() ? List.of() : keys(key);
            answer = BundleCheck.check(bundle, trusted);
        } catch (IOException unreadable) {
            err.println("sallyport: " + unreadable.getMessage());
            return UNREADABLE;
        }
        return switch (answer) {
            case BundleAnswer.Unreadable(String words) -> {
                err.println("sallyport: " + bundle + ": " + words);
                yield UNREADABLE;
            }
            case BundleAnswer.Checked checked -> said(checked, trusted.isEmpty());
        };
    }

    private static List<VerifierKey> keys(String key) throws IOException {
        Path file = Path.of(key);
        if (!Files.isRegularFile(file)) {
            return BundleCheck.keys(key);
        }
        if (Files.size(file) > LONGEST_KEYS) {
            throw new IOException(file + " is too long for a list of keys");
        }
        List<VerifierKey> keys = BundleCheck.keys(Files.readString(file));
        if (keys.isEmpty()) {
            throw new IOException(file + " holds no key");
        }
        return keys;
    }

    private int said(BundleAnswer.Checked checked, boolean believed) {
        checked.good().forEach(words -> out.println("good: " + words));
        checked.findings().forEach(finding -> out.println(finding.words()));
        for (Map.Entry<String, Report> each : checked.recordings().entrySet()) {
            Report report = each.getValue();
            out.println("recording " + each.getKey() + ": "
                    + (report.isIntact()
                            ? "intact"
                            : report.deleted()
                                    .filter(_ -> report.findings().isEmpty())
                                    .map(rule -> "deleted by rule (" + rule + ")")
                                    .orElse("")));
            for (Finding finding : report.findings()) {
                out.println("  " + finding.words());
            }
        }
        if (believed) {
            out.println("no key was given, so the keys in the bundle were believed: this shows only that it agrees with"
                    + " itself; give --key with the key of the log, from another source");
        }
        out.println(checked.isIntact() ? "intact" : "NOT INTACT");
        out.flush();
        return checked.isIntact() ? INTACT : NOT_INTACT;
    }
}
