package sallyport.bastion.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import sallyport.admin.Inert;
import sallyport.admin.RecordingVerified;
import sallyport.admin.VerifyOperations;
import sallyport.recorder.verify.Finding;
import sallyport.recorder.verify.Report;

/** {@code recording verify}. */
final class RecordingVerifying {

    private final VerifyOperations operations;

    RecordingVerifying(VerifyOperations operations) {
        this.operations = operations;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("recording verify", "whether a recording is as it was recorded", this::verify)
                .withPositional("ID", "its session's id, the beginning of its code, or its name")
                .withFlag("--json", "one JSON document"));
    }

    private Exit verify(Call call, Given given) throws IOException {
        return call.answer(operations.verify(call.caller(), given.positional()), verified -> {
            Report report = verified.report();
            if (given.has("--json")) {
                call.output().data(JsonText.of(fields(verified)));
            } else {
                for (String good : report.good()) {
                    call.output().data("good: " + Inert.of(good));
                }
                for (Finding finding : report.findings()) {
                    call.output().data(Inert.of(finding.words()));
                }
                call.output().data(Inert.of(verified.verdict()));
            }
            // Deleted by rule is what was to happen, as sallyport verify has it for a bundle.
            return report.findings().isEmpty() ? Exit.OK : Exit.FAILED;
        });
    }

    private static SequencedMap<String, Object> fields(RecordingVerified verified) {
        Report report = verified.report();
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", verified.session().id().toString());
        fields.put("code", verified.session().code());
        fields.put("verdict", report.verdict());
        fields.put("words", verified.verdict());
        fields.put("deleted_by", report.deleted());
        fields.put("good", report.good());
        fields.put(
                "findings",
                report.findings().stream().map(RecordingVerifying::fields).toList());
        fields.put("more", report.more());
        return fields;
    }

    private static SequencedMap<String, Object> fields(Finding finding) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", finding.kind().word());
        fields.put("words", finding.words());
        return fields;
    }
}
