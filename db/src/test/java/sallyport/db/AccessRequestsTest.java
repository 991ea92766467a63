package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.attempt;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.needed;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.targetOf;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.AccessRequest;
import sallyport.policy.Grant;
import sallyport.policy.Person;
import sallyport.policy.RequestCode;
import sallyport.policy.Target;

class AccessRequestsTest {

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();
    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final AccessRequests requests = new AccessRequests(database, UUID::randomUUID);
    private Person engineer;
    private Person approver;
    private Target target;

    @BeforeEach
    void furnish() {
        store.apply(house(), Samples.applied());
        engineer = personOf(store.snapshot(), "engineer");
        approver = personOf(store.snapshot(), "approver");
        target = targetOf(store.snapshot(), "db-7");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private AccessRequest made() {
        return requests.make(attempt(engineer, "db-7"), needed(target), NOW);
    }

    private DecideOutcome decide(AccessRequest request, Verdict verdict, Person by) {
        return requests.decide(request.code(), verdict, by, "192.0.2.9", NOW);
    }

    @Test
    void a_request_is_stored_as_it_was_made() {
        AccessRequest made = made();
        assertThat(made.code().value()).hasSize(4);
        assertThat(made.person()).isEqualTo(engineer.id());
        assertThat(made.openUntil()).isEqualTo(NOW.plus(AccessRequest.OPEN_FOR));
        assertThat(made.state()).isEqualTo(new AccessRequest.State.Waiting());
        assertThat(requests.find(made.code())).contains(made);
        assertThat(requests.open(NOW)).containsExactly(made);
        assertThat(requests.open(made.openUntil())).isEmpty();
        assertThat(requests.find(RequestCode.typed("ZZZZZZ"))).isEmpty();
        assertThat(test.read("select detail from audit_event where action = 'access.requested'"))
                .isEqualTo("{\"request\":\"" + made.code() + "\",\"target\":\"db-7\",\"login\":\"root\","
                        + "\"reason\":\"INC-42 disk full\",\"duration_seconds\":3600}");
    }

    @Test
    void fifty_visits_at_the_same_moment_make_one_request() throws Exception {
        List<AccessRequest> all = atOnce(50, _ -> this::made);
        assertThat(Set.copyOf(all)).hasSize(1);
        assertThat(test.read("select count(*) from audit_event where action = 'access.requested'"))
                .isEqualTo("1");
    }

    @Test
    void a_code_grows_when_the_short_ones_are_taken() {
        Queue<Long> ends = new ArrayDeque<>();
        AccessRequests unlucky = new AccessRequests(
                database,
                () -> new UUID(UUID.randomUUID().getMostSignificantBits(), ends.isEmpty() ? 0 : ends.remove()));
        AccessRequest first = unlucky.make(attempt(engineer, "db-7"), needed(target), NOW);
        decide(first, new Verdict.Cancel(), engineer);
        AccessRequest second = unlucky.make(attempt(engineer, "db-7"), needed(target), NOW.plusSeconds(1));
        assertThat(first.code().value()).isEqualTo("0000");
        assertThat(second.code().value()).isEqualTo("00000");
    }

    @Test
    void approval_makes_the_grant() {
        AccessRequest made = made();
        var decided = (DecideOutcome.Decided) decide(made, new Verdict.Approve("go\u0000 on"), approver);
        var state = (AccessRequest.State.Approved) decided.request().state();
        assertThat(state.by()).isEqualTo(approver.id());
        assertThat(state.note()).isEqualTo("go\uFFFD on");
        Grant grant = store.facts(attempt(engineer, "db-7"), NOW).grant().orElseThrow();
        assertThat(grant.id()).isEqualTo(state.grant());
        assertThat(grant.code()).isEqualTo(made.code());
        assertThat(grant.duration()).isEqualTo(Duration.ofHours(1));
        assertThat(grant.useBy()).isEqualTo(NOW.plus(AccessRequest.USE_WITHIN));
        assertThat(grant.firstUsedAt()).isEmpty();
        assertThat(store.facts(attempt(engineer, "db-7"), grant.useBy()).grant())
                .isEmpty();
        assertThat(test.read("select actor_name || ' ' || source from audit_event where action = 'access.approved'"))
                .isEqualTo("approver 192.0.2.9");
    }

    @Test
    void of_fifty_verdicts_at_the_same_moment_one_counts() throws Exception {
        AccessRequest made = made();
        List<DecideOutcome> all = atOnce(
                50, i -> () -> decide(made, i % 2 == 0 ? new Verdict.Approve("") : new Verdict.Deny("no"), approver));
        assertThat(all).filteredOn(o -> o instanceof DecideOutcome.Decided).hasSize(1);
        assertThat(all)
                .filteredOn(o -> o instanceof DecideOutcome.AlreadyDecided)
                .hasSize(49);
        assertThat(test.read("select count(*) from audit_event where action like 'access.%'"))
                .isEqualTo("2");
    }

    @Test
    void nobody_decides_on_their_own_request() {
        AccessRequest made = made();
        assertThat(decide(made, new Verdict.Approve(""), engineer)).isEqualTo(new DecideOutcome.OwnRequest(made));
        assertThat(decide(made, new Verdict.Deny(""), engineer)).isEqualTo(new DecideOutcome.OwnRequest(made));
        Person sameUnderAnotherName =
                new Person(engineer.id(), approver.name(), approver.roles(), approver.permissions());
        assertThat(decide(made, new Verdict.Approve(""), sameUnderAnotherName))
                .isEqualTo(new DecideOutcome.OwnRequest(made));
        assertThat(requests.open(NOW)).containsExactly(made);
    }

    @Test
    void only_the_asker_takes_it_back() {
        AccessRequest made = made();
        assertThat(decide(made, new Verdict.Cancel(), approver)).isEqualTo(new DecideOutcome.NotOwnRequest(made));
        var decided = (DecideOutcome.Decided) decide(made, new Verdict.Cancel(), engineer);
        assertThat(decided.request().state()).isEqualTo(new AccessRequest.State.Cancelled(NOW));
        assertThat(decide(made, new Verdict.Approve(""), approver))
                .isEqualTo(new DecideOutcome.AlreadyDecided(decided.request()));
    }

    @Test
    void what_lapsed_cannot_be_decided() {
        AccessRequest made = made();
        assertThat(requests.decide(made.code(), new Verdict.Approve(""), approver, "", made.openUntil()))
                .isEqualTo(new DecideOutcome.Lapsed(made));
    }

    @Test
    void an_unknown_code_is_said_to_be_unknown() {
        assertThat(requests.decide(RequestCode.typed("7F3K"), new Verdict.Approve(""), approver, "", NOW))
                .isEqualTo(new DecideOutcome.NoSuchRequest());
    }

    @Test
    void a_request_whose_target_was_disabled_is_voided_instead_of_approved() {
        AccessRequest made = made();
        test.change("update target set enabled = false where name = 'db-7'");
        var voided = (DecideOutcome.Voided) decide(made, new Verdict.Approve(""), approver);
        assertThat(voided.request().word(NOW)).isEqualTo("cancelled");
        assertThat(test.read("select count(*) from access_grant")).isEqualTo("0");
    }

    interface Numbered<T> {
        Callable<T> task(int number);
    }

    /** What {@code count} threads get that start together. */
    static <T> List<T> atOnce(int count, Numbered<T> tasks) throws Exception {
        var start = new CountDownLatch(1);
        List<Future<T>> futures = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                Callable<T> task = tasks.task(i);
                futures.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            start.countDown();
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
