package sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import sallyport.db.DatabaseSettings;
import sallyport.db.HistoryFilter;
import sallyport.db.Migrations;
import sallyport.db.RecordingSearch;
import sallyport.db.SearchTooWide;
import sallyport.policy.Environment;
import sallyport.policy.PersonId;
import sallyport.policy.TargetName;

/**
 * How long a search of recordings takes: a thousand lines and twenty commands of each of many sessions, over a year, made up of
 * words of which a few are in every tenth line and most are rare. The searches go the way of the product, as its role.
 */
final class Search {

    private static final int SEARCHES = 40;
    private static final int MATCHES = 50;
    private static final int PEOPLE = 50;
    private static final int TARGETS = 200;

    private final int sessions;
    private final Random random = new Random(7);

    private Search(int sessions) {
        this.sessions = sessions;
    }

    static void measure(int sessions) throws IOException {
        Path folder = Files.createTempDirectory("sallyport-search");
        try (Database server = Database.start(folder.resolve("postgres"))) {
            String url = server.create("search");
            DatabaseSettings owner = new DatabaseSettings(url, Database.OWNER, server.password());
            Migrations.run(owner, Database.APPLICATION);
            Search search = new Search(sessions);
            try (Connection connection = DriverManager.getConnection(url, owner.user(), owner.password());
                    Statement statement = connection.createStatement()) {
                search.fill(statement);
                try (sallyport.db.Database database = sallyport.db.Database.connect(
                        new DatabaseSettings(url, Database.APPLICATION, server.password()), InstantSource.system())) {
                    search.search(new RecordingSearch(database), search.person(statement));
                }
                explain(statement);
            }
        } catch (SQLException failed) {
            throw new IOException("the database refuses: " + failed.getMessage(), failed);
        } finally {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private void fill(Statement statement) throws SQLException {
        long began = System.nanoTime();
        statement.execute("SET synchronous_commit = off");
        statement.execute("SET maintenance_work_mem = '1GB'");
        statement.execute("SELECT setseed(0.5)");
        statement.execute("INSERT INTO person SELECT gen_random_uuid(), 'person-' || i, true, now()"
                + " FROM generate_series(1, " + PEOPLE + ") i");
        statement.execute("""
            INSERT INTO target
            SELECT gen_random_uuid(), 'target-' || i, '192.0.2.1', 22,
                   (ARRAY['development', 'test', 'staging', 'production'])[1 + i %% 4], '{root}', '{}', true
              FROM generate_series(1, %d) i\
            """.formatted(TARGETS));
        statement.execute("""
            INSERT INTO session (id, code, name, person_id, person_name, key, source, target_id, target_name, environment,
                                 login, mode, terminal, command, rule, started_at, state, ended_at, ending, recording_bytes)
            SELECT gen_random_uuid(), lpad(i::text, 8, '0'), 'work', p.id, p.name,
                   'SHA256:0000000000000000000000000000000000000000000', '192.0.2.7', t.id, t.name, t.environment,
                   'root', 'shell', true, '', 'rule', start, 'ended', start + interval '1 hour', 'closed', 1000
              FROM generate_series(1, %1$d) i
              JOIN person p ON p.name = 'person-' || (1 + i %% %2$d)
              JOIN target t ON t.name = 'target-' || (1 + (i * 7) %% %3$d),
                   LATERAL (SELECT timestamptz '2026-01-01Z' + i * interval '360 days' / %1$d AS start) s
            """.formatted(sessions, PEOPLE, TARGETS));
        statement.execute("INSERT INTO recording_index SELECT id, 'read', 1, now(), 20, 1000, 0 FROM session");
        statement.execute("SELECT recording_index_month(m) FROM generate_series(timestamptz '2026-01-01Z',"
                + " timestamptz '2026-12-31Z', interval '1 month') m");
        statement.execute("DROP INDEX screen_line_text, recorded_command_text");
        statement.execute("""
            INSERT INTO screen_line
            SELECT s.id, s.started_at, s.started_at + n * interval '3 seconds', n * 3000, n * 3000 + 1000,
                   CASE WHEN random() < 0.1 THEN 'error ' WHEN random() < 0.3 THEN 'info ' ELSE '' END
                   || substr(md5(random()::text), 1, 8) || ' '
                   || (ARRAY['nginx', 'postgres', 'systemd', 'kernel', 'sshd', 'cron', 'java'])[1 + (random() * 6)::int]
                   || '[' || (random() * 30000)::int || ']: request ' || (random() * 1000000)::int || ' took '
                   || (random() * 900)::int || ' ms'
              FROM session s, generate_series(1, 1000) n
            """);
        statement.execute("""
            INSERT INTO recorded_command
            SELECT s.id, s.started_at, s.started_at + n * interval '2 minutes', n * 120000,
                   (ARRAY['systemctl restart ', 'tail -f /var/log/', 'psql -c select ', 'ls -l /srv/', 'vim /etc/'])
                       [1 + (random() * 4)::int] || substr(md5(random()::text), 1, 6),
                   0, '', 'screen', 'likely'
              FROM session s, generate_series(1, 20) n
            """);
        say("filled", began);
        began = System.nanoTime();
        statement.execute("CREATE INDEX screen_line_text ON screen_line USING gin (text gin_trgm_ops)");
        statement.execute("CREATE INDEX recorded_command_text ON recorded_command USING gin (text gin_trgm_ops)");
        statement.execute("ANALYZE");
        say("trigram indexes made", began);
        for (String sizes : List.of(
                "SELECT 'lines: ' || count(*) FROM screen_line",
                "SELECT 'table of lines: ' || pg_size_pretty(sum(pg_relation_size(inhrelid))) FROM pg_inherits"
                        + " WHERE inhparent = 'screen_line'::regclass",
                "SELECT 'its trigram index: ' || pg_size_pretty(sum(pg_relation_size(inhrelid))) FROM pg_inherits"
                        + " WHERE inhparent = 'screen_line_text'::regclass")) {
            System.out.println(first(statement, sizes));
        }
    }

    private static void say(String what, long began) {
        System.out.printf(Locale.ROOT, "%s in %.0f s%n", what, (System.nanoTime() - began) / 1e9);
    }

    private PersonId person(Statement statement) throws SQLException {
        return new PersonId(UUID.fromString(first(statement, "SELECT id FROM person WHERE name = 'person-7'")));
    }

    private static String first(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private String hex(int digits) {
        return "%08x".formatted(random.nextInt()).substring(0, digits);
    }

    private void search(RecordingSearch search, PersonId person) {
        HistoryFilter all = HistoryFilter.everything();
        HistoryFilter own = all.of(person);
        HistoryFilter production = new HistoryFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.of(Environment.PRODUCTION),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        HistoryFilter target = new HistoryFilter(
                Optional.empty(),
                Optional.of(new TargetName("target-8")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Samples everything = new Samples();
        for (int i = 0; i < 5; i++) {
            // The first of a process load its classes.
            var _ = search.find(RecordingSearch.In.COMMANDS, "/etc/" + hex(3), all, MATCHES);
        }
        System.out.printf("%-44s %9s %9s %9s%n", "search", "p50 ms", "p95 ms", "most ms");
        row("a text that is in some lines", search, RecordingSearch.In.SCREENS, _ -> hex(6), all, everything);
        row("a text that is nowhere", search, RecordingSearch.In.SCREENS, _ -> "zq" + hex(6), all, everything);
        row("a number, in about ten lines", search, RecordingSearch.In.SCREENS, _ -> number(), all, everything);
        row("a word of every tenth line", search, RecordingSearch.In.SCREENS, _ -> "error", all, everything);
        row("the same, in production", search, RecordingSearch.In.SCREENS, _ -> "error", production, everything);
        row("the same, one's own", search, RecordingSearch.In.SCREENS, _ -> "error", own, everything);
        row("a rare text, in production", search, RecordingSearch.In.SCREENS, _ -> hex(6), production, everything);
        row("a rare text, on one target", search, RecordingSearch.In.SCREENS, _ -> hex(6), target, everything);
        row("a rare text, one's own", search, RecordingSearch.In.SCREENS, _ -> hex(6), own, everything);
        row("a command", search, RecordingSearch.In.COMMANDS, _ -> "/etc/" + hex(3), all, everything);
        row("a common command", search, RecordingSearch.In.COMMANDS, _ -> "systemctl restart", all, everything);
        row(
                "three digits, in a few thousand lines",
                search,
                RecordingSearch.In.SCREENS,
                _ -> " " + hex(3),
                all,
                everything);
        System.out.printf(
                Locale.ROOT,
                "%-44s %9.0f %9.0f %9.0f%n",
                "all of these",
                everything.quantile(0.5),
                everything.quantile(0.95),
                everything.most());
    }

    private String number() {
        return "request " + (100_000 + random.nextInt(900_000));
    }

    private void row(
            String name,
            RecordingSearch search,
            RecordingSearch.In in,
            IntFunction<String> text,
            HistoryFilter filter,
            Samples everything) {
        double[] millis = new double[SEARCHES];
        for (int i = 0; i < SEARCHES; i++) {
            String searched = text.apply(i);
            long began = System.nanoTime();
            try {
                var _ = search.find(in, searched, filter, MATCHES);
            } catch (SearchTooWide tooWide) {
                System.out.println(name + ": too wide");
            }
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        Samples samples = new Samples();
        samples.round(millis);
        everything.round(millis);
        System.out.printf(
                Locale.ROOT,
                "%-44s %9.0f %9.0f %9.0f%n",
                name,
                samples.quantile(0.5),
                samples.quantile(0.95),
                samples.most());
    }

    private static void explain(Statement statement) throws SQLException {
        statement.execute("SET enable_seqscan = off");
        try (ResultSet plan = statement.executeQuery("""
            EXPLAIN (ANALYZE, COSTS OFF)
            WITH hit AS MATERIALIZED (
                SELECT session_id, started_at, at, at_millis, last_millis, text FROM screen_line WHERE text ILIKE '%a1b2c%')
            SELECT hit.*, session.* FROM hit JOIN session ON session.id = hit.session_id
             WHERE session.environment = 'production'
             ORDER BY hit.at DESC, hit.session_id DESC, hit.at_millis DESC FETCH NEXT 50 ROWS ONLY
            """)) {
            while (plan.next()) {
                System.out.println(plan.getString(1));
            }
        }
    }
}
