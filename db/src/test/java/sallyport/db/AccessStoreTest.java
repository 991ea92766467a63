package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.db.Samples.APPROVERS;
import static sallyport.db.Samples.ENGINEERS;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.ROOT;
import static sallyport.db.Samples.attempt;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.key;
import static sallyport.db.Samples.needed;
import static sallyport.db.Samples.person;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.rule;
import static sallyport.db.Samples.target;
import static sallyport.db.Samples.targetOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.policy.AccessFacts;
import sallyport.policy.AccessRequest;
import sallyport.policy.Environment;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.Target;

class AccessStoreTest {

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();
    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final AccessRequests requests = new AccessRequests(database, UUID::randomUUID);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void before_anything_is_applied_there_is_nobody_and_version_0() {
        assertThat(store.snapshot()).isEqualTo(new AccessSnapshot(0, Map.of(), List.of(), List.of(), List.of()));
        assertThat(store.version()).isZero();
    }

    @Test
    void what_was_applied_is_what_the_snapshot_shows() {
        store.apply(house(), Samples.applied());
        AccessSnapshot snapshot = store.snapshot();
        assertThat(snapshot.version()).isEqualTo(1).isEqualTo(store.version());
        assertThat(snapshot.rules()).isEqualTo(house().rules());
        assertThat(snapshot.people()).extracting(p -> p.name().value()).containsExactly("approver", "engineer");
        Person engineer = personOf(snapshot, "engineer");
        assertThat(engineer.roles()).containsExactly(ENGINEERS);
        assertThat(snapshot.peopleByKey())
                .containsEntry(key(1), engineer)
                .containsEntry(key(2), engineer)
                .containsEntry(key(3), personOf(snapshot, "approver"))
                .hasSize(3);
        Target target = targetOf(snapshot, "db-7");
        assertThat(target.environment()).isEqualTo(Environment.PRODUCTION);
        assertThat(target.port()).isEqualTo(2202);
        assertThat(target.logins()).contains(ROOT).hasSize(2);
        assertThat(test.read("select action || ' ' || detail from audit_event"))
                .isEqualTo("policy.applied {\"file\":\"access.yaml\",\"sha256\":\"00\",\"people\":2,"
                        + "\"targets\":2,\"rules\":1}");
    }

    @Test
    void people_and_targets_keep_their_ids_while_they_are_away() {
        store.apply(house(), Samples.applied());
        AccessSnapshot first = store.snapshot();
        store.apply(new AccessDefinition(List.of(), Map.of(), List.of(), List.of()), Samples.applied());
        assertThat(store.snapshot().people()).isEmpty();
        assertThat(store.snapshot().targets()).isEmpty();
        assertThat(store.snapshot().peopleByKey()).isEmpty();
        assertThat(store.person(personOf(first, "engineer").id())).isEmpty();
        store.apply(house(), Samples.applied());
        assertThat(store.snapshot())
                .isEqualTo(new AccessSnapshot(3, first.peopleByKey(), first.people(), first.targets(), first.rules()));
    }

    @Test
    void a_key_that_changes_hands_says_somebody_else_from_then_on() {
        store.apply(house(), Samples.applied());
        store.apply(
                new AccessDefinition(
                        List.of(person("engineer", ENGINEERS, 2), person("approver", APPROVERS, 3, 1)),
                        house().roles(),
                        house().targets(),
                        house().rules()),
                Samples.applied());
        AccessSnapshot after = store.snapshot();
        assertThat(after.peopleByKey()).containsEntry(key(1), personOf(after, "approver"));
    }

    @Test
    void a_person_has_the_permissions_that_their_roles_have_now() {
        store.apply(house(), Samples.applied());
        PersonId approver = personOf(store.snapshot(), "approver").id();
        assertThat(store.person(approver).orElseThrow().may(Permission.APPROVE)).isTrue();
        store.apply(
                new AccessDefinition(
                        house().people(),
                        Map.of(ENGINEERS, Set.of(), APPROVERS, Set.of(Permission.REVOKE)),
                        house().targets(),
                        house().rules()),
                Samples.applied());
        assertThat(store.person(approver).orElseThrow().permissions()).containsExactly(Permission.REVOKE);
        assertThat(store.person(new PersonId(UUID.randomUUID()))).isEmpty();
    }

    @Test
    void facts_follow_a_request_from_waiting_to_denied_to_told() {
        store.apply(house(), Samples.applied());
        Person engineer = personOf(store.snapshot(), "engineer");
        Target target = targetOf(store.snapshot(), "db-7");
        assertThat(store.facts(attempt(engineer, "nowhere"), NOW).target()).isEmpty();
        assertThat(store.facts(attempt(engineer, "db-7"), NOW).request()).isEmpty();
        AccessRequest made = requests.make(attempt(engineer, "db-7"), needed(target), NOW);
        AccessFacts waiting = store.facts(attempt(engineer, "db-7"), NOW);
        assertThat(waiting.target()).contains(target);
        assertThat(waiting.rules()).isEqualTo(house().rules());
        assertThat(waiting.request()).contains(made);
        assertThat(store.facts(attempt(engineer, "db-7"), made.openUntil()).request())
                .isEmpty();
        requests.decide(
                made.code(), new Verdict.Deny("not now"), personOf(store.snapshot(), "approver"), "192.0.2.9", NOW);
        assertThat(store.facts(attempt(engineer, "db-7"), NOW)
                        .request()
                        .orElseThrow()
                        .state())
                .isInstanceOf(AccessRequest.State.Denied.class);
        requests.markTold(made.id());
        assertThat(store.facts(attempt(engineer, "db-7"), NOW).request()).isEmpty();
    }

    static Stream<Arguments> changes() {
        AccessDefinition house = house();
        return Stream.of(
                Arguments.of("nothing", house, false),
                Arguments.of(
                        "an unrelated target",
                        new AccessDefinition(
                                house.people(),
                                house.roles(),
                                List.of(
                                        target("web-1", Environment.TEST, 99),
                                        house.targets().get(1)),
                                house.rules()),
                        false),
                Arguments.of(
                        "the asker is gone",
                        new AccessDefinition(
                                house.people().subList(1, 2), house.roles(), house.targets(), house.rules()),
                        true),
                Arguments.of(
                        "the asker has another role",
                        new AccessDefinition(
                                List.of(
                                        person("engineer", APPROVERS, 1),
                                        house.people().get(1)),
                                house.roles(),
                                house.targets(),
                                house.rules()),
                        true),
                Arguments.of(
                        "the target is gone",
                        new AccessDefinition(
                                house.people(), house.roles(), house.targets().subList(0, 1), house.rules()),
                        true),
                Arguments.of(
                        "the target is another machine",
                        new AccessDefinition(
                                house.people(),
                                house.roles(),
                                List.of(target("db-7", Environment.PRODUCTION, 2203)),
                                house.rules()),
                        true),
                Arguments.of(
                        "the rule says something else",
                        new AccessDefinition(
                                house.people(),
                                house.roles(),
                                house.targets(),
                                List.of(rule("engineers", Duration.ofMinutes(5)))),
                        true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void a_change_voids_the_requests_it_touches(String what, AccessDefinition change, boolean voids) {
        store.apply(house(), Samples.applied());
        Person engineer = personOf(store.snapshot(), "engineer");
        AccessRequest made = requests.make(attempt(engineer, "db-7"), needed(targetOf(store.snapshot(), "db-7")), NOW);
        store.apply(change, Samples.applied());
        AccessRequest after = requests.find(made.code()).orElseThrow();
        assertThat(after.word(NOW)).as(what).isEqualTo(voids ? "cancelled" : "waiting");
        assertThat(test.read("select count(*) from audit_event where action = 'access.cancelled'"))
                .isEqualTo(voids ? "1" : "0");
    }

    @Test
    void a_grant_does_not_sleep_through_the_absence_of_its_person() {
        store.apply(house(), Samples.applied());
        Person engineer = personOf(store.snapshot(), "engineer");
        AccessRequest made = requests.make(attempt(engineer, "db-7"), needed(targetOf(store.snapshot(), "db-7")), NOW);
        requests.decide(made.code(), new Verdict.Approve(""), personOf(store.snapshot(), "approver"), "", NOW);
        assertThat(store.facts(attempt(engineer, "db-7"), NOW).grant()).isPresent();
        store.apply(
                new AccessDefinition(house().people().subList(1, 2), house().roles(), house().targets(), List.of()),
                Samples.applied());
        store.apply(house(), Samples.applied());
        assertThat(store.facts(attempt(engineer, "db-7"), NOW).grant()).isEmpty();
    }

    @Test
    void a_definition_that_contradicts_itself_is_refused_in_words() {
        assertThatThrownBy(() -> new AccessDefinition(
                        List.of(person("engineer", ENGINEERS, 1), person("approver", ENGINEERS, 1)),
                        Map.of(ENGINEERS, Set.of()),
                        List.of(),
                        List.of()))
                .hasMessageContaining("belongs to \"engineer\" and to \"approver\"");
        assertThatThrownBy(() ->
                        new AccessDefinition(List.of(person("engineer", ENGINEERS)), Map.of(), List.of(), List.of()))
                .hasMessage("person \"engineer\" has the role \"engineers\", which is not defined");
        assertThatThrownBy(() -> new AccessDefinition(
                        List.of(),
                        Map.of(),
                        List.of(house().targets().get(0), house().targets().get(0)),
                        List.of()))
                .hasMessage("the target \"web-1\" is defined twice");
    }

    @Test
    void an_entry_that_cannot_be_stored_takes_the_whole_change_back() {
        var entry = Samples.applied();
        store.apply(house(), entry);
        assertThatThrownBy(() -> store.apply(new AccessDefinition(List.of(), Map.of(), List.of(), List.of()), entry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("23505");
        assertThat(store.version()).isEqualTo(1);
        assertThat(store.snapshot().people()).hasSize(2);
    }
}
