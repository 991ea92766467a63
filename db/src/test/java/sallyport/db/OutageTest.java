package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.attempt;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.needed;
import static sallyport.db.Samples.opened;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.session;
import static sallyport.db.Samples.targetOf;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.policy.Person;
import sallyport.policy.RequestCode;
import sallyport.policy.SessionName;
import sallyport.policy.Target;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/** R3: the database is stopped, frozen or out of reach. */
class OutageTest {

    /** What a busy machine adds to a deadline. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private static final TestServer SERVER = TestServer.start();

    private final TestDatabase test = SERVER.database();
    private final Database database = test.connect();
    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final SessionHistory history = new SessionHistory(database);
    private Person engineer;
    private Target target;

    @TempDir
    Path folder;

    @BeforeEach
    void furnish() {
        store.apply(house(), Samples.applied());
        engineer = personOf(store.snapshot(), "engineer");
        target = targetOf(store.snapshot(), "web-1");
        assertThat(database.isUp()).isTrue();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @AfterAll
    static void stop() throws Exception {
        SERVER.close();
    }

    /** Every question and every change that the repositories know. */
    private Map<String, ThrowingCallable> calls() {
        AccessRequests requests = new AccessRequests(database, UUID::randomUUID);
        ApiTokens tokens = new ApiTokens(database);
        SessionRow row = session(engineer, target, "late", NOW, Optional.empty());
        RequestCode code = new RequestCode("7F3K");
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("apply", () -> store.apply(house(), Samples.applied()));
        calls.put("snapshot", store::snapshot);
        calls.put("version", store::version);
        calls.put("facts", () -> store.facts(attempt(engineer, "web-1"), NOW));
        calls.put("person", () -> store.person(engineer.id()));
        calls.put("make", () -> requests.make(attempt(engineer, "web-1"), needed(target), NOW));
        calls.put("find request", () -> requests.find(code));
        calls.put("open requests", () -> requests.open(NOW));
        calls.put("decide", () -> requests.decide(code, new Verdict.Approve(""), engineer, "", NOW));
        calls.put("markTold", () -> requests.markTold(UUID.randomUUID()));
        calls.put("open session", () -> history.open(row, opened(row)));
        calls.put("find session", () -> history.find(new SessionId(UUID.randomUUID())));
        calls.put("byCode", () -> history.byCode("ABCD"));
        calls.put("byName", () -> history.byName(engineer.id(), new SessionName("deploy")));
        calls.put("page", () -> history.page(HistoryFilter.everything(), Optional.empty(), 10));
        calls.put("clear", () -> history.clear(engineer.id(), Optional.empty()));
        calls.put("setting", () -> new PersonSettings(database).get(engineer.id(), "bell"));
        calls.put("set", () -> new PersonSettings(database).set(engineer.id(), "bell", "off"));
        calls.put("unfinished", history::unfinished);
        calls.put("records", () -> history.records(HistoryFilter.everything()).toList());
        calls.put("find token", () -> tokens.find(new byte[32], NOW));
        calls.put(
                "create token",
                () -> tokens.create(UUID.randomUUID(), new byte[32], engineer.id(), "x", NOW, Samples.applied()));
        return calls;
    }

    /** All calls at once, as when many people come to a bastion whose database has gone. */
    private void everyCallIsRefusedInTime() throws Exception {
        Map<String, Future<Duration>> took = new LinkedHashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            calls().forEach((name, call) -> took.put(name, threads.submit(() -> {
                long start = System.nanoTime();
                assertThatThrownBy(call)
                        .as(name)
                        .isInstanceOf(DatabaseAway.class)
                        .hasMessageStartingWith("the database ");
                return Duration.ofNanos(System.nanoTime() - start);
            })));
        }
        for (var entry : took.entrySet()) {
            assertThat(entry.getValue().get()).as(entry.getKey()).isLessThan(Database.LONGEST_CALL.plus(SLACK));
        }
        long start = System.nanoTime();
        assertThat(database.isUp()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Duration.ofSeconds(1).plus(SLACK));
    }

    @Test
    void a_stopped_server_is_noticed_in_time_and_so_is_its_return() throws Exception {
        SERVER.stop();
        try {
            everyCallIsRefusedInTime();
        } finally {
            SERVER.startAgain();
        }
        await().atMost(Duration.ofSeconds(5)).until(database::isUp);
        assertThat(store.version()).isEqualTo(1);
    }

    @Test
    void a_frozen_server_is_noticed_in_time_and_so_is_its_return() throws Exception {
        SERVER.freeze();
        try {
            everyCallIsRefusedInTime();
        } finally {
            SERVER.thaw();
        }
        await().atMost(Duration.ofSeconds(5)).until(database::isUp);
        assertThat(store.snapshot().people()).hasSize(2);
    }

    @Test
    void a_server_that_freezes_in_the_middle_of_a_transaction_is_given_up_in_time() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch frozen = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Duration> took = threads.submit(() -> {
                long start = System.nanoTime();
                assertThatThrownBy(() -> database.transact(dsl -> {
                            dsl.execute("select 1");
                            begun.countDown();
                            awaitQuietly(frozen);
                            dsl.execute("select 2");
                        }))
                        .isInstanceOf(DatabaseAway.class);
                return Duration.ofNanos(System.nanoTime() - start);
            });
            begun.await();
            SERVER.freeze();
            frozen.countDown();
            assertThat(took.get()).isLessThan(Database.LONGEST_CALL.plus(SLACK));
        } finally {
            SERVER.thaw();
        }
        await().atMost(Duration.ofSeconds(5)).until(database::isUp);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_statement_that_takes_too_long_is_given_up_and_its_transaction_undone() {
        assertThatThrownBy(() -> database.transact(dsl -> {
                    dsl.execute("update person set enabled = false");
                    dsl.execute("select pg_sleep(5)");
                }))
                .isInstanceOf(DatabaseAway.class);
        assertThat(store.snapshot().people()).hasSize(2);
    }

    @Test
    void a_wrong_password_is_said_in_words() {
        DatabaseSettings right = test.application();
        try (Database wrong =
                Database.connect(new DatabaseSettings(right.url(), right.user(), "wrong"), InstantSource.fixed(NOW))) {
            assertThatThrownBy(() -> new AccessStore(wrong, UUID::randomUUID).version())
                    .isInstanceOf(DatabaseAway.class)
                    .hasMessage("the database refuses the login; check the role and its password"
                            + " (since 2026-11-21T08:30:00.123456Z)");
        }
    }

    @Test
    void an_address_that_swallows_packets_is_given_up_in_time() {
        // RFC 5737: nobody is there.
        try (Database nowhere = Database.connect(
                new DatabaseSettings("jdbc:postgresql://192.0.2.1/x", "x", "x"), InstantSource.fixed(NOW))) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> new AccessStore(nowhere, UUID::randomUUID).version())
                    .isInstanceOf(DatabaseAway.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Database.LONGEST_CALL.plus(SLACK));
        }
    }

    @Test
    void a_revocation_while_the_server_is_away_withdraws_the_grant_when_it_is_back() throws Exception {
        Target production = targetOf(store.snapshot(), "db-7");
        AccessRequests requests = new AccessRequests(database, UUID::randomUUID);
        RequestCode code = requests.make(attempt(engineer, "db-7"), needed(production), NOW)
                .code();
        requests.decide(code, new Verdict.Approve(""), personOf(store.snapshot(), "approver"), "", NOW);
        UUID grant = store.facts(attempt(engineer, "db-7"), NOW)
                .grant()
                .orElseThrow()
                .id();
        SessionRow row = session(engineer, production, "deploy", NOW, Optional.of(grant));
        history.open(row, opened(row));
        SessionRow next = session(engineer, production, "again", NOW.plusSeconds(60), Optional.of(grant));
        try (var log = JournaledAuditLog.open(folder.resolve("journal"), database)) {
            SERVER.stop();
            try {
                log.append(Samples.entry(new AuditEvent.SessionRevoked(row.id(), "outside the window")));
                assertThatThrownBy(() -> requests.withdraw(grant, NOW)).isInstanceOf(DatabaseAway.class);
            } finally {
                SERVER.startAgain();
            }
            assertThat(log.awaitDrained(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(test.read("select withdrawn_at = '" + NOW + "' from access_grant"))
                .isEqualTo("t");
        assertThatThrownBy(() -> history.open(next, opened(next))).isInstanceOf(GrantGone.class);
    }

    @Test
    void who_notices_first_that_the_server_is_back_hurries_what_waits() throws Exception {
        try (var journal = Journal.open(folder.resolve("hurried"), 1 << 20)) {
            database.whenBackAgain(journal::hurry);
            SERVER.stop();
            try {
                assertThatThrownBy(store::version).isInstanceOf(DatabaseAway.class);
            } finally {
                SERVER.startAgain();
            }
            await().atMost(Duration.ofSeconds(5)).until(database::isUp);
            long start = System.nanoTime();
            journal.pause(Duration.ofMinutes(1));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void entries_wait_out_a_frozen_and_a_stopped_server_and_arrive_once() throws Exception {
        try (var log = JournaledAuditLog.open(folder.resolve("journal"), database)) {
            int number = 0;
            for (int round = 0; round < 2; round++) {
                boolean freeze = round == 0;
                if (freeze) {
                    SERVER.freeze();
                } else {
                    SERVER.stop();
                }
                try {
                    for (int i = 0; i < 50; i++) {
                        long start = System.nanoTime();
                        log.append(Samples.entry(new AuditEvent.BastionStarted("version " + number++)));
                        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
                    }
                    assertThat(log.isTaking()).isTrue();
                    await().atMost(Duration.ofSeconds(5)).until(() -> !database.isUp());
                } finally {
                    if (freeze) {
                        SERVER.thaw();
                    } else {
                        SERVER.startAgain();
                    }
                }
                assertThat(log.awaitDrained(Duration.ofSeconds(5))).isTrue();
            }
        }
        assertThat(test.read("select count(*) || ' ' || count(distinct detail) from audit_event"
                        + " where action = 'bastion.started'"))
                .isEqualTo("100 100");
    }
}
