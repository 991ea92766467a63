package sallyport.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
 * Reads a {@link SessionDocument} that somebody brings, and keeps the list of what is wrong with it. Used once. Names that
 * are not known are passed over; nothing is kept of them, so memory is bounded by what is known and by the lines (T40).
 */
final class SessionDocumentReader {

    private static final int MOST_PROBLEMS = 10;
    private static final int MOST_COLUMNS = 1_000;
    private static final int MOST_ROWS = 500;
    private static final long MOST_MISSING = 1_000_000_000_000L;

    /** In characters: what one ssh packet takes. */
    private static final int LONGEST_COMMAND = 256 << 10;

    private static final String TOP = "";
    private static final Set<String> MODES = Set.of("shell", "exec", "job", "subsystem", "forward");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(SessionDocument.LARGEST)
                    .maxStringLength(SessionDocument.LARGEST)
                    .maxNestingDepth(16)
                    .maxNameLength(200)
                    .maxNumberLength(30)
                    .build())
            .build();

    /** What is looked at: the value's path, with a dot. */
    private static final Set<String> KNOWN = Set.of(
            "format",
            "version",
            "saved_at",
            "saved_by",
            "bastion",
            "session.id",
            "session.name",
            "session.person",
            "session.key_fingerprint",
            "session.target",
            "session.environment",
            "session.workspace",
            "session.login",
            "session.mode",
            "session.terminal",
            "session.command",
            "session.reason",
            "session.link",
            "session.exit_status",
            "scrollback.columns",
            "scrollback.rows",
            "scrollback.missing_lines");

    private final List<String> problems = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();
    private final List<String> lines = new ArrayList<>();
    private boolean hasLines;

    private SessionDocumentReader() {}

    /** {@link Outcome.Invalid} with everything that is wrong, if anything is. */
    static Outcome<SessionDocument> read(byte[] document) {
        if (document.length > SessionDocument.LARGEST) {
            return new Outcome.Invalid<>(
                    "the document has more than " + SessionDocument.LARGEST + " bytes, the most there is");
        }
        SessionDocumentReader reader = new SessionDocumentReader();
        try (JsonParser parser = JSON.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Outcome.Invalid<>("the document is no JSON object");
            }
            reader.object(parser, TOP);
            if (parser.nextToken() != null) {
                return new Outcome.Invalid<>("the document goes on after its JSON object");
            }
        } catch (JsonProcessingException notJson) {
            return new Outcome.Invalid<>("the document is not JSON that can be read" + place(notJson.getLocation()));
        } catch (IOException notJson) {
            return new Outcome.Invalid<>("the document is not JSON that can be read");
        }
        return reader.document();
    }

    /** A broken limit has no place. */
    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    private void object(JsonParser parser, String in) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = in + parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT && (path.equals("session") || path.equals("scrollback"))) {
                object(parser, path + ".");
            } else if (token == JsonToken.START_ARRAY && path.equals("scrollback.lines")) {
                lines(parser);
            } else if (token.isStructStart()) {
                parser.skipChildren();
            } else if (KNOWN.contains(path)) {
                values.put(path, value(parser, token));
            }
        }
    }

    private void lines(JsonParser parser) throws IOException {
        hasLines = true;
        boolean onlyText = true;
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            count++;
            if (token != JsonToken.VALUE_STRING) {
                onlyText = false;
                parser.skipChildren();
            } else if (count <= SessionDocument.MOST_LINES) {
                lines.add(parser.getText());
            }
        }
        if (!onlyText) {
            problems.add("scrollback.lines has something that is no text");
        }
        if (count > SessionDocument.MOST_LINES) {
            problems.add(
                    "scrollback.lines has " + count + " lines, " + SessionDocument.MOST_LINES + " at most are allowed");
        }
    }

    /** Text, a whole number or a truth; an object of no such kind for all else. */
    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? JsonToken.NOT_AVAILABLE
                        : parser.getLongValue();
            default -> JsonToken.NOT_AVAILABLE;
        };
    }

    private Outcome<SessionDocument> document() {
        if (!SessionDocument.FORMAT.equals(values.get("format"))) {
            return new Outcome.Invalid<>(
                    "this is no session document: its \"format\" is not \"" + SessionDocument.FORMAT + "\"");
        }
        if (!Long.valueOf(SessionDocument.VERSION).equals(values.get("version"))) {
            return new Outcome.Invalid<>("this session document is not of version " + SessionDocument.VERSION
                    + ", the one that this bastion reads");
        }
        Optional<Instant> savedAt = text("saved_at", SessionDocumentReader::time);
        Optional<PersonName> savedBy = text("saved_by", PersonName::new);
        Optional<String> bastion = text("bastion", SessionDocumentReader::bastion);
        Optional<SessionId> id = text("session.id", SessionDocumentReader::id);
        Optional<SessionName> name = text("session.name", SessionName::new);
        Optional<PersonName> person = text("session.person", PersonName::new);
        Optional<KeyFingerprint> key = text("session.key_fingerprint", KeyFingerprint::new);
        Optional<TargetName> target = text("session.target", TargetName::new);
        Optional<Environment> environment = text("session.environment", SessionDocumentReader::environment);
        Optional<WorkspaceName> workspace = optionalText("session.workspace", WorkspaceName::new);
        Optional<Login> login = text("session.login", Login::new);
        Optional<String> mode = text("session.mode", SessionDocumentReader::mode);
        Optional<Boolean> terminal = value("session.terminal", Boolean.class, "true or false");
        Optional<String> command = optionalText("session.command", SessionDocumentReader::command);
        Optional<Reason> reason = optionalText("session.reason", Reason::new);
        Optional<String> link = optionalText("session.link", Link::checked);
        Optional<Integer> exitStatus = values.containsKey("session.exit_status")
                ? number("session.exit_status", 0, 255).map(Long::intValue)
                : Optional.empty();
        boolean hasTerminal = terminal.orElse(false);
        long columns =
                number("scrollback.columns", hasTerminal ? 1 : 0, MOST_COLUMNS).orElse(0L);
        long rows = number("scrollback.rows", hasTerminal ? 1 : 0, MOST_ROWS).orElse(0L);
        long missing = number("scrollback.missing_lines", 0, MOST_MISSING).orElse(0L);
        if (!hasLines) {
            problems.add("scrollback.lines is not there, or is no list");
        }
        if (!problems.isEmpty()) {
            return new Outcome.Invalid<>("the document cannot be restored: "
                    + String.join("; ", problems.stream().limit(MOST_PROBLEMS).toList())
                    + (problems.size() > MOST_PROBLEMS ? "; and more" : ""));
        }
        return new Outcome.Done<>(new SessionDocument(
                savedAt.orElseThrow(),
                savedBy.orElseThrow(),
                bastion.orElseThrow(),
                id.orElseThrow(),
                name.orElseThrow(),
                person.orElseThrow(),
                key.orElseThrow(),
                target.orElseThrow(),
                environment.orElseThrow(),
                workspace.orElse(WorkspaceName.DEFAULT),
                login.orElseThrow(),
                mode.orElseThrow(),
                hasTerminal,
                command.orElse(""),
                reason,
                link,
                exitStatus,
                (int) columns,
                (int) rows,
                missing,
                lines));
    }

    private <T> Optional<T> optionalText(String path, Function<String, T> read) {
        return values.containsKey(path) ? text(path, read) : Optional.empty();
    }

    private <T> Optional<T> text(String path, Function<String, T> read) {
        try {
            return value(path, String.class, "text").map(read);
        } catch (IllegalArgumentException | DateTimeException refused) {
            problems.add(path + " cannot be used: " + Quoted.of(String.valueOf(values.get(path))));
            return Optional.empty();
        }
    }

    private Optional<Long> number(String path, long least, long most) {
        Optional<Long> number = value(path, Long.class, "a whole number");
        if (number.isPresent() && (number.get() < least || number.get() > most)) {
            problems.add(path + " is " + number.get() + ", " + least + " to " + most + " are allowed");
            return Optional.empty();
        }
        return number;
    }

    private <T> Optional<T> value(String path, Class<T> kind, String words) {
        Object value = values.get(path);
        if (value == null) {
            problems.add(path + " is missing");
            return Optional.empty();
        }
        if (!kind.isInstance(value)) {
            problems.add(path + " is not " + words);
            return Optional.empty();
        }
        return Optional.of(kind.cast(value));
    }

    private static Instant time(String text) {
        return Instant.parse(text);
    }

    private static String bastion(String text) {
        if (!text.matches("[A-Za-z0-9_.:\\[\\]-]{1,300}")) {
            throw new IllegalArgumentException("not the name of a bastion");
        }
        return text;
    }

    private static SessionId id(String text) {
        return new SessionId(UUID.fromString(text));
    }

    private static Environment environment(String word) {
        return Stream.of(Environment.values())
                .filter(e -> e.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no environment"));
    }

    private static String command(String text) {
        if (text.length() > LONGEST_COMMAND) {
            throw new IllegalArgumentException("too long");
        }
        return text;
    }

    private static String mode(String word) {
        if (!MODES.contains(word)) {
            throw new IllegalArgumentException("no mode");
        }
        return word;
    }
}
