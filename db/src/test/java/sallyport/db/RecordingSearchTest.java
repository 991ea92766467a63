package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.opened;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.session;
import static sallyport.db.Samples.targetOf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.Environment;
import sallyport.policy.Person;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionRow;

class RecordingSearchTest {

    private static final int VERSION = 3;

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();
    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final SessionHistory history = new SessionHistory(database);
    private final SearchIndex index = new SearchIndex(database);
    private final RecordingSearch search = new RecordingSearch(database);
    private Person engineer;
    private Person approver;
    private Target staging;
    private Target production;

    @BeforeEach
    void furnish() {
        store.apply(house(), Samples.applied());
        engineer = personOf(store.snapshot(), "engineer");
        approver = personOf(store.snapshot(), "approver");
        staging = targetOf(store.snapshot(), "web-1");
        production = targetOf(store.snapshot(), "db-7");
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A session that is over and was recorded. */
    private SessionRow over(Person who, Target where, Instant at) {
        SessionRow row = session(who, where, "work", at, Optional.empty());
        history.open(row, opened(row));
        test.change("UPDATE session SET state = 'ended', ended_at = started_at + interval '1 hour', ending = 'closed',"
                + " recording_bytes = 10 WHERE id = '" + row.id() + "'");
        return row;
    }

    private static IndexedCommand command(int second, String text) {
        return new IndexedCommand(Duration.ofSeconds(second), text, Optional.of(0), "", "screen", "likely");
    }

    private static IndexedLine line(int second, String text) {
        return new IndexedLine(Duration.ofSeconds(second), Duration.ofSeconds(second + 1), text);
    }

    private void fill(SessionRow row, List<IndexedCommand> commands, List<IndexedLine> lines) {
        index.begin(row, VERSION, NOW);
        index.add(row, commands, lines, List.of());
        index.read(row.id(), commands.size(), lines.size(), 0, NOW);
    }

    private List<String> texts(RecordingSearch.In in, String text, HistoryFilter filter) {
        return search.find(in, text, filter, 100).stream()
                .map(SearchMatch::text)
                .toList();
    }

    private List<String> lines(String text) {
        return texts(RecordingSearch.In.SCREENS, text, HistoryFilter.everything());
    }

    @Test
    void a_match_says_where_and_when() {
        SessionRow row = over(engineer, production, NOW);
        fill(row, List.of(command(67, "psql -c 'DROP TABLE orders'")), List.of(line(68, "DROP TABLE")));
        assertThat(search.find(RecordingSearch.In.COMMANDS, "drop table", HistoryFilter.everything(), 10))
                .singleElement()
                .satisfies(match -> {
                    assertThat(match.session().id()).isEqualTo(row.id());
                    assertThat(match.session().personName()).isEqualTo(engineer.name());
                    assertThat(match.at()).hasSeconds(67);
                    assertThat(match.time()).isEqualTo(NOW.plusSeconds(67));
                    assertThat(match.text()).isEqualTo("psql -c 'DROP TABLE orders'");
                    assertThat(match.command())
                            .contains(new SearchMatch.Command(Optional.of(0), "", "screen", "likely"));
                });
        assertThat(search.find(RecordingSearch.In.SCREENS, "drop table", HistoryFilter.everything(), 10))
                .singleElement()
                .satisfies(match -> assertThat(match.command()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100%",
                "a_c",
                "back\\slash",
                "'; DROP TABLE session; --",
                "%' OR '1'='1",
                "\\%",
                "ÄÖÜ 漢字",
                "a!b",
                "{0} ?",
                "nul \u0000 there"
            })
    void every_character_stands_for_itself(String text) {
        SessionRow row = over(engineer, staging, NOW);
        fill(row, List.of(), List.of(line(1, "before " + text + " behind"), line(2, "abc 1000 \\ x' back-slash a.b")));
        assertThat(lines(text)).containsExactly("before " + StoredText.of(text) + " behind");
        assertThat(test.read("SELECT count(*) FROM session")).isEqualTo("1");
    }

    @Test
    void the_newest_come_first_over_sessions_and_months() {
        SessionRow old = over(engineer, staging, Instant.parse("2026-09-30T23:59:59Z"));
        SessionRow late = over(engineer, staging, Instant.parse("2026-11-01T00:00:00Z"));
        fill(late, List.of(), List.of(line(5, "match five"), line(9, "match nine")));
        fill(old, List.of(), List.of(line(2, "match two"), line(1, "match one")));
        assertThat(lines("match")).containsExactly("match nine", "match five", "match two", "match one");
        assertThat(search.find(RecordingSearch.In.SCREENS, "match", HistoryFilter.everything(), 3))
                .extracting(SearchMatch::text)
                .containsExactly("match nine", "match five", "match two");
    }

    @Test
    void a_filter_narrows_by_session_and_by_the_time_of_the_match() {
        SessionRow mine = over(engineer, staging, NOW);
        SessionRow other = over(approver, production, NOW);
        fill(mine, List.of(), List.of(line(1, "same text mine")));
        fill(other, List.of(), List.of(line(3, "same text other")));
        HistoryFilter all = HistoryFilter.everything();
        assertThat(texts(RecordingSearch.In.SCREENS, "same text", all.of(engineer.id())))
                .containsExactly("same text mine");
        assertThat(texts(
                        RecordingSearch.In.SCREENS,
                        "same text",
                        filter(Optional.of(production.name()), Optional.empty(), Optional.empty(), Optional.empty())))
                .containsExactly("same text other");
        assertThat(texts(
                        RecordingSearch.In.SCREENS,
                        "same text",
                        filter(Optional.empty(), Optional.of(Environment.STAGING), Optional.empty(), Optional.empty())))
                .containsExactly("same text mine");
        assertThat(texts(
                        RecordingSearch.In.SCREENS,
                        "same text",
                        filter(Optional.empty(), Optional.empty(), Optional.of(NOW.plusSeconds(2)), Optional.empty())))
                .containsExactly("same text other");
        assertThat(texts(
                        RecordingSearch.In.SCREENS,
                        "same text",
                        filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(NOW.plusSeconds(2)))))
                .containsExactly("same text mine");
    }

    private static HistoryFilter filter(
            Optional<TargetName> target,
            Optional<Environment> environment,
            Optional<Instant> since,
            Optional<Instant> until) {
        return new HistoryFilter(
                Optional.empty(), target, environment, Optional.empty(), Optional.empty(), since, until);
    }

    @Test
    void filling_again_leaves_one_of_each() {
        SessionRow row = over(engineer, staging, NOW);
        for (int i = 0; i < 3; i++) {
            fill(row, List.of(command(1, "uname -a")), List.of(line(1, "Linux web-1")));
        }
        assertThat(lines("Linux")).hasSize(1);
        assertThat(texts(RecordingSearch.In.COMMANDS, "uname", HistoryFilter.everything()))
                .hasSize(1);
    }

    @Test
    void a_recording_waits_until_it_was_read_by_this_version() {
        SessionRow row = over(engineer, staging, NOW);
        SessionRow running = session(engineer, staging, "running", NOW, Optional.empty());
        history.open(running, opened(running));
        assertThat(waiting(VERSION)).containsExactly(row.id().toString());
        index.begin(row, VERSION, NOW);
        assertThat(waiting(VERSION))
                .as("whoever read it may have died")
                .containsExactly(row.id().toString());
        index.read(row.id(), 0, 0, 0, NOW);
        assertThat(waiting(VERSION)).isEmpty();
        assertThat(waiting(VERSION + 1)).containsExactly(row.id().toString());
        assertThat(index.again(Optional.of(row.id()))).isEqualTo(1);
        assertThat(waiting(VERSION)).containsExactly(row.id().toString());
        index.failed(row.id(), VERSION, "the disk is gone", NOW);
        assertThat(waiting(VERSION)).isEmpty();
    }

    private List<String> waiting(int version) {
        return index.waiting(version, Instant.EPOCH, 10).stream()
                .map(r -> r.id().toString())
                .toList();
    }

    @Test
    void a_file_is_found_by_its_path_and_not_by_what_else_is_said_of_it() {
        SessionRow row = over(engineer, staging, NOW);
        index.begin(row, VERSION, NOW);
        String line = "rename \"/srv/old_name\" to \"/srv/new%name\"";
        index.add(
                row,
                List.of(),
                List.of(line(1, line)),
                List.of(
                        new IndexedFile(Duration.ofSeconds(1), "/srv/old_name", line),
                        new IndexedFile(Duration.ofSeconds(2), "/srv/new%name", line),
                        new IndexedFile(Duration.ofSeconds(2), "/srv/new%name/if-it-is-a-folder", line)));
        index.read(row.id(), 0, 1, 0, NOW);
        assertThat(search.find(RecordingSearch.In.FILES, "NEW%NAME", HistoryFilter.everything(), 10))
                .singleElement()
                .satisfies(match -> assertThat(match.text()).startsWith("/srv/new%name"))
                .satisfies(match -> assertThat(match.operation()).contains(line))
                .satisfies(match -> assertThat(match.at()).isEqualTo(Duration.ofSeconds(2)));
        assertThat(texts(RecordingSearch.In.FILES, "rename", HistoryFilter.everything()))
                .isEmpty();
        assertThat(texts(RecordingSearch.In.FILES, "/srv/", HistoryFilter.everything()))
                .hasSize(2);
    }

    @Test
    void what_is_purged_is_found_no_more_and_not_read_again() {
        SessionRow row = over(engineer, staging, NOW);
        for (int i = 0; i < 3; i++) {
            int from = i * 1000;
            index.begin(row, VERSION, NOW);
            index.add(
                    row,
                    List.of(command(1, "uname -a")),
                    IntStream.range(from, from + 1000)
                            .mapToObj(n -> line(n, "line " + n))
                            .toList(),
                    List.of(new IndexedFile(Duration.ZERO, "/srv/a", "list \"/srv/a\"")));
        }
        index.purge(row.id(), NOW);
        index.purge(row.id(), NOW);
        assertThat(test.read("SELECT count(*) FROM screen_line")).isEqualTo("0");
        assertThat(test.read("SELECT count(*) FROM recorded_command")).isEqualTo("0");
        assertThat(test.read("SELECT count(*) FROM recorded_file")).isEqualTo("0");
        assertThat(waiting(VERSION + 1)).isEmpty();
        assertThat(index.again(Optional.empty())).isZero();
        assertThat(index.isPurged(row.id())).isTrue();
    }

    @Test
    void how_much_was_looked_at_is_counted() {
        fill(over(engineer, staging, NOW), List.of(), List.of());
        over(engineer, staging, NOW);
        index.failed(over(approver, production, NOW).id(), VERSION, "no", NOW);
        assertThat(search.soFar(HistoryFilter.everything())).isEqualTo(new IndexedSoFar(1, 1, 1));
        assertThat(search.soFar(HistoryFilter.everything().of(engineer.id()))).isEqualTo(new IndexedSoFar(1, 1, 0));
    }

    @Test
    void a_search_that_takes_too_long_says_so() {
        SessionRow row = over(engineer, staging, NOW);
        fill(row, List.of(), List.of(line(1, "something")));
        test.change("CREATE FUNCTION dawdle(text, text) RETURNS boolean LANGUAGE sql AS"
                + " 'SELECT pg_sleep(30) IS NOT NULL'");
        test.change("ALTER TABLE screen_line RENAME TO screen_line_quick");
        test.change("CREATE VIEW screen_line AS SELECT session_id, started_at, at, at_millis, last_millis,"
                + " CASE WHEN dawdle(text, text) THEN text END AS text FROM screen_line_quick");
        test.change("GRANT SELECT ON screen_line TO sallyport");
        assertThatThrownBy(() -> lines("something")).isInstanceOf(SearchTooWide.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE recorded_command SET text = ''",
                "UPDATE screen_line SET text = ''",
                "DELETE FROM recording_index",
                "CREATE TABLE screen_line_2030_01 PARTITION OF screen_line FOR VALUES FROM ('2030-01-01') TO"
                        + " ('2030-02-01')",
                "SELECT recording_index_month('1999-01-01')"
            })
    void the_application_is_refused(String sql) {
        assertThatThrownBy(() -> TestDatabase.update(test.application(), sql))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_month_is_made_once_however_many_ask() {
        IntStream.range(0, 8).parallel().forEach(_ -> {
            try (Database own = test.connect()) {
                new SearchIndex(own)
                        .begin(over(engineer, staging, Instant.parse("2031-05-05T00:00:00Z")), VERSION, NOW);
            }
        });
        assertThat(test.read("SELECT count(*) FROM pg_class WHERE relname IN ('screen_line_2031_05',"
                        + " 'screen_line_2031_06', 'recorded_command_2031_05')"))
                .isEqualTo("3");
    }
}
