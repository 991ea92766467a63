package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.db.HistoryFilter;
import sallyport.db.IndexedCommand;
import sallyport.db.RecordingSearch;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Recording;

class SearchOperationsTest {

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    /** A session of {@code person} that is over, and whose recording shows {@code output}. */
    private SessionRow recorded(String person, String output) throws Exception {
        SessionRow row = house.stored(person, "work", "web-1", Optional.empty());
        AtomicLong nanos = new AtomicLong();
        Header header = new Header(
                80,
                24,
                "xterm",
                row.startedAt(),
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        try (Recording recording =
                house.store.create(row.id().toString(), header, StreamKind.TERMINAL, nanos::get, () -> {})) {
            nanos.addAndGet(Duration.ofSeconds(67).toNanos());
            recording.output(ByteBuffer.wrap(output.getBytes(StandardCharsets.UTF_8)));
            recording.seal();
        }
        over(row);
        return house.history.find(row.id()).orElseThrow();
    }

    private void over(SessionRow row) {
        house.server.change("UPDATE session SET state = 'ended', ended_at = started_at + interval '1 hour',"
                + " ending = 'closed', recording_bytes = 10 WHERE id = '" + row.id() + "'");
    }

    private Outcome<SearchAnswer> find(String person, RecordingSearch.In in, String text, HistoryFilter filter) {
        return house.search.find(house.caller(person), new SearchQuestion(in, text, filter, 10));
    }

    private List<String> texts(String person, String text) {
        return ((Outcome.Done<SearchAnswer>) find(person, RecordingSearch.In.SCREENS, text, HistoryFilter.everything()))
                .value().hits().stream().map(h -> h.match().text()).toList();
    }

    @Test
    void what_is_over_is_read_in_the_background_and_found_by_those_who_may() throws Exception {
        SessionRow row = recorded("engineer", "the needle of engineer\r\n");
        recorded("engineer-2", "the needle of engineer-2\r\n");
        house.indexer.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(texts("auditor", "needle")).hasSize(2));
        assertThat(texts("engineer", "needle")).containsExactly("the needle of engineer");
        assertThat(texts("manager", "needle")).isEmpty();
        SearchHit hit = ((Outcome.Done<SearchAnswer>)
                        find("engineer", RecordingSearch.In.SCREENS, "NEEDLE", HistoryFilter.everything()))
                .value()
                .hits()
                .getFirst();
        assertThat(hit.offset()).isEqualTo("00:01:07");
        assertThat(hit.replay())
                .isEqualTo("ssh -t -p 2222 bastion.example recording play "
                        + row.id().code() + " --at 00:00:57");
    }

    @Test
    void another_persons_recordings_need_a_permission_whoever_that_is() {
        HistoryFilter other =
                HistoryFilter.everything().of(house.person("engineer-2").id());
        assertThat(find("engineer", RecordingSearch.In.COMMANDS, "uname", other))
                .isInstanceOfSatisfying(
                        Outcome.NotPermitted.class, no -> assertThat(no.words()).contains("terminal.view_recording"));
        assertThat(house.entries.events()).isEmpty();
        assertThat(find("auditor", RecordingSearch.In.COMMANDS, "uname", other)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void a_search_is_written_down_before_it_is_answered() {
        find("auditor", RecordingSearch.In.COMMANDS, "rm -rf /", HistoryFilter.everything());
        find("engineer", RecordingSearch.In.SCREENS, "100%", HistoryFilter.everything());
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.RecordingsSearched("commands", "rm -rf /", "everybody", "", 0),
                        new AuditEvent.RecordingsSearched("screens", "100%", "engineer", "", 0));
        house.entries.broken.set(true);
        assertThatThrownBy(() -> find("auditor", RecordingSearch.In.COMMANDS, "rm -rf /", HistoryFilter.everything()))
                .isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @CsvSource({"ab", "---", "'  '"})
    void what_has_no_letters_to_look_for_is_refused(String text) {
        assertThat(find("auditor", RecordingSearch.In.SCREENS, text, HistoryFilter.everything()))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class, no -> assertThat(no.words()).contains("3 characters are needed"));
    }

    @Test
    void a_long_text_is_shown_around_the_match() throws Exception {
        recorded("engineer", "\r\n".repeat(3));
        SessionRow row = house.stored("engineer", "long", "web-1", Optional.empty());
        over(row);
        house.index.begin(row, 1, house.clock.instant());
        String text = "x".repeat(500) + " needle\nin " + "y".repeat(500);
        house.index.add(
                row,
                List.of(new IndexedCommand(Duration.ZERO, text, Optional.empty(), "", "marks", "likely")),
                List.of(),
                List.of());
        SearchHit hit = ((Outcome.Done<SearchAnswer>)
                        find("engineer", RecordingSearch.In.COMMANDS, "needle\nin", HistoryFilter.everything()))
                .value()
                .hits()
                .getFirst();
        assertThat(hit.excerpt("needle"))
                .startsWith("…x")
                .contains(" needle ⏎ in ")
                .endsWith("y…")
                .hasSize(122);
    }

    @Test
    void a_recording_that_cannot_be_read_is_said_and_holds_up_no_other() throws Exception {
        SessionRow gone = house.stored("engineer", "gone", "web-1", Optional.empty());
        over(gone);
        SessionRow there = recorded("engineer", "the needle\r\n");
        assertThat(house.search.reindex(house.caller("engineer"), gone.id().toString()))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        no -> assertThat(no.words()).contains("cannot be searched", "no recording of it in the store"));
        assertThat(house.search.reindex(house.caller("engineer"), there.id().toString()))
                .isEqualTo(new Outcome.Done<>(new RecordingIndexer.Read.Whole(0, 1, 0)));
        assertThat(((Outcome.Done<SearchAnswer>)
                                find("engineer", RecordingSearch.In.SCREENS, "needle", HistoryFilter.everything()))
                        .value()
                        .of()
                        .failed())
                .isEqualTo(1);
        assertThat(house.search.reindex(house.caller("engineer-2"), there.id().toString()))
                .isInstanceOf(Outcome.NotFound.class);
    }

    @Test
    void a_recording_of_many_lines_is_stored_whole_and_once() throws Exception {
        StringBuilder output = new StringBuilder();
        IntStream.range(0, 2_500)
                .forEach(i -> output.append("line of many ").append(i).append("\r\n"));
        SessionRow row = recorded("engineer", output.toString());
        for (int i = 0; i < 2; i++) {
            assertThat(house.search.reindex(house.caller("engineer"), row.id().toString()))
                    .isEqualTo(new Outcome.Done<>(new RecordingIndexer.Read.Whole(0, 2_500, 0)));
        }
        assertThat(house.server.read("SELECT count(*) FROM screen_line")).isEqualTo("2500");
    }

    @Test
    void all_are_read_again_when_the_manager_says_so() throws Exception {
        SessionRow row = recorded("engineer", "the needle\r\n");
        house.search.reindex(house.caller("engineer"), row.id().toString());
        house.server.change("DELETE FROM screen_line");
        assertThat(house.search.reindexAll(house.caller("auditor"))).isInstanceOf(Outcome.NotPermitted.class);
        assertThat(house.search.reindexAll(house.caller("manager"))).isEqualTo(new Outcome.Done<>(1));
        house.indexer.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(texts("engineer", "needle")).hasSize(1));
    }
}
