package sallyport.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sallyport.policy.Environment;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.session.SessionId;

/**
 * A session that was saved on some bastion, with the parts that another one can use: see docs/session-document.md. Whatever
 * it says is the word of whoever brings it.
 *
 * @param bastion where it was saved, as that one called itself
 * @param columns width of its terminal, 0 without one
 * @param rows height of its terminal, 0 without one
 * @param missingLines lines that were lost before the first of {@code lines}
 * @param lines scrollback and screen, as they came: not yet safe to show
 */
record SessionDocument(
        Instant savedAt,
        PersonName savedBy,
        String bastion,
        SessionId id,
        SessionName name,
        PersonName person,
        KeyFingerprint key,
        TargetName target,
        Environment environment,
        WorkspaceName workspace,
        Login login,
        String mode,
        boolean terminal,
        String command,
        Optional<Reason> reason,
        Optional<String> link,
        Optional<Integer> exitStatus,
        int columns,
        int rows,
        long missingLines,
        List<String> lines) {

    /** What the document calls its shape. */
    static final String FORMAT = "sallyport-session";

    /** Grows when a name changes its meaning; new names do not change it. */
    static final int VERSION = 1;

    /** Largest document, in bytes. */
    static final int LARGEST = 8 << 20;

    /** Most lines in one. */
    static final int MOST_LINES = TextQuery.MOST_LINES;

    /** What is only true at this moment on this bastion. */
    static final Set<String> OF_THE_MOMENT = Set.of(
            "live",
            "attachments",
            "attach_command",
            "deep_link",
            "people",
            "cut_at",
            "cut",
            "kept_bytes",
            "kept_lines",
            "missing_lines");

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    SessionDocument {
        lines = List.copyOf(lines);
    }

    /** Which session it was, in words. */
    String origin() {
        return "%s of %s on %s, saved %s by %s".formatted(id.code(), person, bastion, Times.utc(savedAt), savedBy);
    }

    /**
     * A document about {@code text.session()}, at most {@link #LARGEST} bytes: the oldest lines are left out until it is, and
     * counted as missing. Pure ASCII, so that it is inert on a terminal.
     */
    static byte[] write(ScreenText text, Instant savedAt, PersonName savedBy, PublicAddress bastion) {
        List<String> lines = text.lines();
        while (true) {
            byte[] document = write(text, lines, savedAt, savedBy, bastion);
            if (document.length <= LARGEST || lines.isEmpty()) {
                return document;
            }
            lines = lines.subList((lines.size() + 1) / 2, lines.size());
        }
    }

    private static byte[] write(
            ScreenText text, List<String> lines, Instant savedAt, PersonName savedBy, PublicAddress bastion) {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(document)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            json.writeStringField("saved_at", Times.utc(savedAt));
            json.writeStringField("saved_by", savedBy.value());
            json.writeStringField("bastion", bastion.toString());
            json.writeObjectFieldStart("session");
            for (Map.Entry<String, Object> field :
                    SessionFields.of(text.session()).entrySet()) {
                if (!OF_THE_MOMENT.contains(field.getKey())) {
                    json.writeFieldName(field.getKey());
                    value(json, field.getValue());
                }
            }
            json.writeEndObject();
            json.writeObjectFieldStart("scrollback");
            json.writeNumberField("columns", text.columns());
            json.writeNumberField("rows", text.rows());
            json.writeNumberField(
                    "missing_lines", text.missingLines() + text.lines().size() - lines.size());
            json.writeArrayFieldStart("lines");
            for (String line : lines) {
                json.writeString(line);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException("memory took no bytes", cannotHappen);
        }
        return document.toByteArray();
    }

    private static void value(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case Boolean truth -> json.writeBoolean(truth);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            default -> json.writeString(value.toString());
        }
    }
}
