package sallyport.bastion.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.admin.Inert;
import sallyport.admin.LogOperations;
import sallyport.admin.LogVerified;

/** {@code audit checkpoint}, {@code audit key} and {@code audit verify}. */
final class LogCommands {

    /** A check point has a few hundred bytes. */
    private static final int LONGEST_CHECKPOINT = 64 << 10;

    private final LogOperations operations;

    LogCommands(LogOperations operations) {
        this.operations = operations;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("audit checkpoint", "the newest signed check point, to keep elsewhere", this::latest),
                Verb.named("audit key", "the public keys of the log, for sallyport verify --key", this::keys),
                Verb.named("audit verify", "whether the whole log is what was signed", this::verify)
                        .withWord("--checkpoint", "-", "against one that was kept, from standard input: add < FILE")
                        .withFlag("--json", "one JSON document"));
    }

    private Exit keys(Call call, Given given) throws IOException {
        for (String key : operations.keys()) {
            call.output().data(key);
        }
        return Exit.OK;
    }

    private Exit latest(Call call, Given given) throws IOException {
        return call.answer(operations.checkpoint(call.caller()), note -> {
            // With its own line feed at the end, and byte for byte: it is signed.
            call.output().stream().write(note.getBytes(StandardCharsets.UTF_8));
            return Exit.OK;
        });
    }

    private Exit verify(Call call, Given given) throws IOException {
        Optional<String> from = given.option("--checkpoint");
        if (from.isPresent() && !from.get().equals("-")) {
            return call.fail(
                    Exit.USAGE,
                    "say --checkpoint - and where it is on your side: ssh bastion audit verify --checkpoint - < FILE;"
                            + " the bastion reads no files of anybody");
        }
        List<byte[]> kept = from.isPresent() ? List.of(call.channel().in().readNBytes(LONGEST_CHECKPOINT)) : List.of();
        return call.answer(operations.verify(call.caller(), kept), verified -> {
            if (given.has("--json")) {
                call.output().data(JsonText.of(fields(verified)));
            } else {
                for (String finding : verified.findings()) {
                    call.output().data(Inert.of(finding));
                }
                if (verified.more() > 0) {
                    call.output().data("and " + verified.more() + " more");
                }
                call.output().data(Inert.of(verified.verdict()));
            }
            return verified.isIntact() ? Exit.OK : Exit.FAILED;
        });
    }

    private static SequencedMap<String, Object> fields(LogVerified verified) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("intact", verified.isIntact());
        fields.put("words", verified.verdict());
        fields.put("findings", verified.findings());
        fields.put("more", verified.more());
        return fields;
    }
}
