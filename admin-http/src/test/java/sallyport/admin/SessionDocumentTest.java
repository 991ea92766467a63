package sallyport.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.db.Database;
import sallyport.db.DatabaseAway;
import sallyport.db.SessionHistory;

class SessionDocumentTest {

    private static final String GOOD = """
        {"format": "sallyport-session", "version": 1,
         "saved_at": "2026-11-20T10:00:00.000Z", "saved_by": "engineer", "bastion": "bastion-2:22", "later": {"a": [1]},
         "session": {"id": "01a1fe68-26e8-796c-8000-000000000abc", "name": "deploy", "person": "engineer",
           "key_fingerprint": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "target": "web-9",
           "environment": "staging", "login": "root", "mode": "shell", "terminal": true, "state": "running"},
         "scrollback": {"columns": 80, "rows": 24, "missing_lines": 0, "lines": ["$ ls", "LINE"]}}
        """;

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    private Outcome<SessionView> restore(String document) {
        return house.sessions.restore(house.caller("engineer"), document.getBytes(UTF_8));
    }

    private String restoredText(String line) {
        Outcome<SessionView> restored = restore(GOOD.replace("LINE", line));
        Outcome<ScreenText> text = house.sessions.text(
                house.caller("engineer"),
                ((Outcome.Done<SessionView>) restored).value().id().toString(),
                new TextQuery.Tail(5, true));
        return ((Outcome.Done<ScreenText>) text).value().lines().stream().collect(Collectors.joining("|"));
    }

    @Test
    void a_document_by_hand_is_restored_and_names_of_later_versions_are_passed_over() {
        assertThat(restoredText("bin")).isEqualTo("$ ls|bin");
        assertThat(house.sessions.show(house.caller("engineer"), "deploy"))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done -> assertThat(SessionFields.of((SessionView) done.value()))
                                .containsEntry(
                                        "origin",
                                        "000002NW of engineer on bastion-2:22, saved 2026-11-20T10:00:00.000Z by"
                                                + " engineer")
                                .containsEntry("target", "web-9")
                                .containsEntry("rule", "restored from a document")
                                .containsEntry("live", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a\\u001b[2J\\u001b[Hb ~ $ ls|ab",
                "a\\u001b]52;c;Zm9v\\u0007b ~ $ ls|ab",
                "a\\u001b[6n\\u001b[?1049hb ~ $ ls|ab",
                "a\\rb\\nc ~ $ ls|a b c",
                "a\\u0000\\u0008b ~ $ ls|ab",
                "a\\u009b2Jb ~ $ ls|ab",
                "\\u001b]0;unfinished ~ $ ls",
            })
    void of_a_line_only_text_and_colours_are_kept(String line, String shown) {
        assertThat(restoredText(line)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "{\"format\": 1, \"format\": 2}", "nonsense"})
    void what_is_no_document_is_refused(String text) {
        assertThat(restore(text)).isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void all_that_is_wrong_is_said_at_once() {
        String wrong = GOOD.replace("\"deploy\"", "\"a/b\"")
                .replace("\"staging\"", "7")
                .replace("\"rows\": 24", "\"rows\": 9999")
                .replace("\"saved_at\": \"2026-11-20T10:00:00.000Z\",", "");

        assertThat(restore(wrong))
                .isEqualTo(new Outcome.Invalid<>("the document cannot be restored: saved_at is missing; session.name"
                        + " cannot be used: \"a/b\"; session.environment is not text; scrollback.rows is 9999,"
                        + " 1 to 500 are allowed"));
        assertThat(house.server.read("select count(*) from session")).isEqualTo("0");
    }

    @Test
    void another_version_is_refused() {
        assertThat(restore(GOOD.replace("\"version\": 1", "\"version\": 2")))
                .isEqualTo(new Outcome.Invalid<>(
                        "this session document is not of version 1, the one that this bastion reads"));
    }

    @Test
    void more_than_a_document_may_have_is_refused() {
        String lines = Stream.generate(() -> "\"\"").limit(10_001).collect(Collectors.joining(","));
        assertThat(restore(GOOD.replace("\"LINE\"", lines)))
                .isEqualTo(
                        new Outcome.Invalid<>("the document cannot be restored: scrollback.lines has 10002 lines, 10000"
                                + " at most are allowed"));
        assertThat(restore(GOOD.replace("{\"a\": [1]}", "[".repeat(100) + "]".repeat(100))))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(restore(GOOD + " ".repeat(SessionOperations.LARGEST_DOCUMENT)))
                .isEqualTo(new Outcome.Invalid<>("the document has more than 8388608 bytes, the most there is"));
    }

    @Test
    void while_the_database_is_away_nothing_is_recorded() throws Exception {
        try (Database away = house.away()) {
            SessionOperations sessions = new SessionOperations(
                    new SessionHistory(away), house.live, house.store, house.grants, House.DOOR, house.journal);

            assertThatThrownBy(() -> sessions.restore(house.caller("engineer"), GOOD.getBytes(UTF_8)))
                    .isInstanceOf(DatabaseAway.class);
        }
        assertThat(house.recordingFiles()).isZero();
    }

    @Test
    void the_schema_in_the_docs_names_what_is_written() throws Exception {
        house.running("engineer", "deploy");
        String schema = Files.readString(Path.of("..", "docs", "session-document.schema.json"));
        for (String name : SessionFields.of(
                        ((Outcome.Done<SessionView>) house.sessions.show(house.caller("engineer"), "deploy")).value())
                .keySet()) {
            boolean ofTheMoment = SessionDocument.OF_THE_MOMENT.contains(name);
            assertThat(schema.contains("\"" + name + "\": {"))
                    .as(name)
                    .isEqualTo(!ofTheMoment || name.equals("missing_lines"));
        }
    }
}
