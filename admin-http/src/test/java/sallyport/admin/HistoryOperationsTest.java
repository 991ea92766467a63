package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sallyport.db.HistoryFilter;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;

class HistoryOperationsTest {

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void sessions_and_audit_events_come_in_one_stream_in_the_order_of_time() throws Exception {
        SessionRow one = house.stored("engineer", "one", "web-1", Optional.empty());
        SessionRow two = house.stored("engineer-2", "two", "web-1", Optional.empty());

        String csv = text(ExportFormat.CSV, since("2026-11-21T14:00:01Z"));

        assertThat(csv)
                .startsWith("record_type,time,id,session_id,action,person_id,person,")
                .contains("\r\n");
        List<CSVRecord> rows = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(csv))
                .getRecords();
        assertThat(rows)
                .extracting(r -> r.get("record_type"))
                .filteredOn("session"::equals)
                .hasSize(2);
        assertThat(rows).extracting(r -> r.get("time")).isSorted().first().isEqualTo("2026-11-21T14:00:01.000Z");
        assertThat(rows)
                .filteredOn(r -> r.get("record_type").equals("session"))
                .extracting(r -> r.get("id"))
                .containsExactly(one.id().toString(), two.id().toString());
        assertThat(rows)
                .filteredOn(r -> r.get("action").equals("session.opened"))
                .extracting(r -> r.get("session_id"))
                .containsExactly(one.id().toString(), two.id().toString());
        assertThat(rows.getFirst().get("exit_status")).isEmpty();
    }

    @Test
    void json_lines_name_their_schema_and_parse_one_by_one() throws Exception {
        house.stored("engineer", "one", "web-1", Optional.empty());

        List<String> lines = text(ExportFormat.JSON_LINES, HistoryFilter.everything())
                .lines()
                .toList();

        assertThat(lines).hasSizeGreaterThan(1).allSatisfy(line -> {
            assertThat(line)
                    .matches("\\{\"record_type\":\"(session|audit_event)\",\"schema\":\"sallyport.history\","
                            + "\"schema_version\":1,\"time\":\"[0-9T:.-]{23}Z\",\"id\":.*}");
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                while (parser.nextToken() != null) {}
            }
        });
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).contains("\"action\":\"session.opened\"", "\"detail\":{"));
    }

    @Test
    void everybodys_history_needs_the_permission_and_ones_own_does_not() throws Exception {
        house.stored("engineer", "one", "web-1", Optional.empty());
        house.stored("engineer-2", "two", "web-1", Optional.empty());
        Caller engineer = house.caller("engineer");

        assertThat(house.exports.export(engineer, HistoryFilter.everything(), ExportFormat.CSV))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "taking away other people's history needs terminal.view_history, which none of your"
                                + " roles has"));
        HistoryExport own = done(house.exports.export(
                engineer, Pages.ownOnly(HistoryFilter.everything(), engineer), ExportFormat.JSON_LINES));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        own.writeTo(out);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"session_name\":\"one\"")
                .doesNotContain("engineer-2");
    }

    @Test
    void the_export_is_an_audit_event_with_its_number_of_records() throws Exception {
        house.stored("engineer", "one", "web-1", Optional.empty());

        String csv = text(ExportFormat.CSV, since("2026-11-21T14:00:01Z"));

        assertThat(house.entries.events())
                .containsExactly(new AuditEvent.HistoryExported(
                        "csv", "2026-11-21T14:00:01.000Z", csv.lines().count() - 1));
    }

    @Test
    void an_export_that_is_cut_off_is_written_down_too() {
        for (int i = 0; i < 60; i++) {
            house.stored("engineer", "s" + i, "web-1", Optional.empty());
        }
        HistoryExport export =
                done(house.exports.export(house.caller("auditor"), HistoryFilter.everything(), ExportFormat.CSV));

        assertThatThrownBy(() -> export.writeTo(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("the client went away");
                    }
                }))
                .isInstanceOf(IOException.class);
        assertThat(house.entries.events()).singleElement().isInstanceOf(AuditEvent.HistoryExported.class);
    }

    @Test
    void nothing_is_exported_while_the_journal_takes_nothing() {
        house.entries.full.set(true);

        assertThat(house.exports.export(house.caller("auditor"), HistoryFilter.everything(), ExportFormat.CSV))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void an_empty_time_range_is_refused_in_words() {
        HistoryFilter empty = new HistoryFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(house.clock.instant()),
                Optional.of(house.clock.instant().minus(Duration.ofDays(1))));

        assertThat(house.exports.export(house.caller("auditor"), empty, ExportFormat.CSV))
                .isEqualTo(new Outcome.Invalid<>(
                        "the time range is empty: it begins at 2026-11-21T14:00:00.000Z and ends at"
                                + " 2026-11-20T14:00:00.000Z"));
    }

    private String text(ExportFormat format, HistoryFilter filter) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        done(house.exports.export(house.caller("auditor"), filter, format)).writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static HistoryFilter since(String time) {
        return new HistoryFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Instant.parse(time)),
                Optional.empty());
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }
}
