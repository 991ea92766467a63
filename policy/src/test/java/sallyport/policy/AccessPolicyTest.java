package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static sallyport.policy.Example.AUDITOR;
import static sallyport.policy.Example.DATABASE;
import static sallyport.policy.Example.ENGINEER;
import static sallyport.policy.Example.ENGINEERS;
import static sallyport.policy.Example.NOW;
import static sallyport.policy.Example.WEB;
import static sallyport.policy.Example.attempt;
import static sallyport.policy.Example.facts;
import static sallyport.policy.Example.grant;
import static sallyport.policy.Example.request;
import static sallyport.policy.Example.roles;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {

    private static final Optional<String> NO_REASON = Optional.empty();
    private static final Optional<String> REASON = Optional.of("INC-42");

    private static Decision decide(Attempt attempt, AccessFacts facts) {
        return AccessPolicy.decide(attempt, facts);
    }

    @Test
    void a_matching_rule_permits_outside_production() {
        assertThat(decide(attempt(ENGINEER, WEB, "root", NO_REASON), facts(WEB, ENGINEERS)))
                .isInstanceOfSatisfying(Decision.Permitted.class, p -> {
                    assertThat(p.permit().rule()).isEqualTo("engineers");
                    assertThat(p.permit().target()).isEqualTo(WEB);
                    assertThat(p.permit().obligations().until()).isEmpty();
                });
    }

    @Test
    void nothing_matches_is_denied() {
        assertThat(decide(attempt(ENGINEER, WEB, "root", NO_REASON), facts(WEB)))
                .isEqualTo(new Decision.Denied(new Denial.NoSuchTarget(WEB.name())));
    }

    @Test
    void an_absent_target_and_a_forbidden_one_read_the_same() {
        Attempt attempt = attempt(AUDITOR, WEB, "root", REASON);
        AccessFacts absent =
                new AccessFacts(Optional.empty(), List.of(ENGINEERS), Optional.empty(), Optional.empty(), NOW);
        assertThat(decide(attempt, absent)).isEqualTo(decide(attempt, facts(WEB, ENGINEERS)));
    }

    @Test
    void deny_wins_over_allow_whatever_the_order() {
        Rule deny = new Rule(
                "no root",
                Rule.Effect.DENY,
                roles("engineer"),
                Set.of(),
                Set.of(),
                Set.of(new Login("root")),
                false,
                0,
                Duration.ofHours(1),
                InputRecording.OFF,
                FileRights.ALL,
                Set.of());
        for (Rule[] order : new Rule[][] {{ENGINEERS, deny}, {deny, ENGINEERS}}) {
            assertThat(decide(attempt(ENGINEER, WEB, "root", NO_REASON), facts(WEB, order)))
                    .isInstanceOfSatisfying(
                            Decision.Denied.class,
                            d -> assertThat(d.why())
                                    .isInstanceOfSatisfying(
                                            Denial.LoginNotAllowed.class,
                                            l -> assertThat(l.allowed()).containsExactly(new Login("deploy"))));
            assertThat(decide(attempt(ENGINEER, WEB, "deploy", NO_REASON), facts(WEB, order)))
                    .isInstanceOf(Decision.Permitted.class);
        }
    }

    @Test
    void a_rule_narrows_by_environment_and_target() {
        Rule production = new Rule(
                "production",
                Rule.Effect.ALLOW,
                roles("engineer"),
                Set.of(Environment.PRODUCTION),
                Set.of(),
                Set.of(),
                true,
                1,
                Duration.ofHours(1),
                InputRecording.OFF,
                FileRights.ALL,
                Set.of());
        Rule otherTarget = new Rule(
                "other",
                Rule.Effect.ALLOW,
                roles("engineer"),
                Set.of(),
                Set.of(new TargetName("web-2")),
                Set.of(),
                false,
                0,
                Duration.ofHours(1),
                InputRecording.OFF,
                FileRights.ALL,
                Set.of());
        assertThat(decide(attempt(ENGINEER, WEB, "root", NO_REASON), facts(WEB, production, otherTarget)))
                .isEqualTo(new Decision.Denied(new Denial.NoSuchTarget(WEB.name())));
    }

    @Test
    void production_asks_for_a_reason_even_if_the_rule_does_not() {
        assertThat(decide(attempt(ENGINEER, DATABASE, "root", NO_REASON), facts(DATABASE, ENGINEERS)))
                .isEqualTo(new Decision.ReasonRequired(DATABASE, "engineers"));
    }

    @Test
    void production_asks_for_an_approval_even_if_the_rule_does_not() {
        assertThat(decide(attempt(ENGINEER, DATABASE, "root", REASON), facts(DATABASE, ENGINEERS)))
                .isEqualTo(new Decision.ApprovalRequired(
                        DATABASE, "engineers", new Reason("INC-42"), Duration.ofHours(1), Optional.empty()));
    }

    @Test
    void the_rule_that_asks_for_more_decides() {
        Rule strict = new Rule(
                "strict",
                Rule.Effect.ALLOW,
                roles("engineer"),
                Set.of(),
                Set.of(),
                Set.of(),
                true,
                1,
                Duration.ofHours(1),
                InputRecording.OFF,
                FileRights.ALL,
                Set.of());
        for (Rule[] order : new Rule[][] {{ENGINEERS, strict}, {strict, ENGINEERS}}) {
            assertThat(decide(attempt(ENGINEER, WEB, "root", NO_REASON), facts(WEB, order)))
                    .isEqualTo(new Decision.ReasonRequired(WEB, "strict"));
        }
    }

    @Test
    void of_several_rules_that_allow_it_the_one_that_records_most_of_what_is_typed_wins() {
        Rule masked = recording("masked", InputRecording.MASKED);
        Rule full = recording("full", InputRecording.FULL);
        Rule ofOthers = new Rule(
                "others",
                Rule.Effect.ALLOW,
                roles("auditor"),
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                0,
                Duration.ofHours(1),
                InputRecording.FULL,
                FileRights.ALL,
                Set.of());
        assertThat(input(ENGINEERS)).isEqualTo(InputRecording.OFF);
        assertThat(input(ENGINEERS, ofOthers)).isEqualTo(InputRecording.OFF);
        assertThat(input(ENGINEERS, masked)).isEqualTo(InputRecording.MASKED);
        assertThat(input(full, masked, ENGINEERS)).isEqualTo(InputRecording.FULL);
        assertThat(input(ENGINEERS, masked, full)).isEqualTo(InputRecording.FULL);
    }

    private static InputRecording input(Rule... rules) {
        return ((Decision.Permitted) decide(attempt(ENGINEER, WEB, "root", NO_REASON), facts(WEB, rules)))
                .permit()
                .obligations()
                .input();
    }

    private static Rule recording(String name, InputRecording input) {
        return new Rule(
                name,
                Rule.Effect.ALLOW,
                roles("engineer"),
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                0,
                Duration.ofHours(1),
                input,
                FileRights.ALL,
                Set.of());
    }

    @Test
    void a_waiting_request_is_waited_for_without_asking_why_again() {
        AccessRequest waiting = request(ENGINEER, DATABASE, new AccessRequest.State.Waiting());
        assertThat(decide(attempt(ENGINEER, DATABASE, "root", NO_REASON), withRequest(waiting)))
                .isInstanceOfSatisfying(
                        Decision.ApprovalRequired.class,
                        a -> assertThat(a.pending()).contains(waiting));
    }

    @Test
    void a_lapsed_request_is_forgotten() {
        AccessRequest waiting = request(ENGINEER, DATABASE, new AccessRequest.State.Waiting());
        AccessFacts later = new AccessFacts(
                Optional.of(DATABASE), List.of(ENGINEERS), Optional.empty(), Optional.of(waiting), waiting.openUntil());
        assertThat(decide(attempt(ENGINEER, DATABASE, "root", NO_REASON), later))
                .isInstanceOf(Decision.ReasonRequired.class);
    }

    @Test
    void a_denied_request_is_told() {
        AccessRequest denied = request(
                ENGINEER,
                DATABASE,
                new AccessRequest.State.Denied(AUDITOR.id(), AUDITOR.name(), NOW, "use the replica"));
        assertThat(decide(attempt(ENGINEER, DATABASE, "root", REASON), withRequest(denied)))
                .isInstanceOfSatisfying(
                        Decision.Denied.class, d -> assertThat(d.why()).isInstanceOf(Denial.RequestDenied.class));
    }

    @Test
    void longer_than_the_rule_gives_is_denied_in_words() {
        Attempt attempt =
                attempt(ENGINEER, DATABASE, "root", new Mode.Shell(true), REASON, Optional.of(Duration.ofHours(9)));
        assertThat(decide(attempt, facts(DATABASE, ENGINEERS)))
                .isEqualTo(new Decision.Denied(
                        new Denial.TooLong(DATABASE.name(), Duration.ofHours(9), Duration.ofHours(8), "engineers")));
    }

    @Test
    void a_live_grant_permits_until_its_end() {
        Instant firstUsed = NOW.minusSeconds(1800);
        assertThat(decide(
                        attempt(ENGINEER, DATABASE, "root", NO_REASON),
                        withGrant(grant(ENGINEER, DATABASE, Optional.of(firstUsed), Optional.empty()))))
                .isInstanceOfSatisfying(Decision.Permitted.class, p -> {
                    assertThat(p.permit().obligations().until()).contains(firstUsed.plusSeconds(3600));
                    assertThat(p.permit().reason()).contains(new Reason("INC-42"));
                });
    }

    @Test
    void an_ended_a_withdrawn_and_somebody_elses_grant_permit_nothing() {
        List<Grant> useless = List.of(
                grant(ENGINEER, DATABASE, Optional.of(NOW.minusSeconds(3600)), Optional.empty()),
                grant(ENGINEER, DATABASE, Optional.empty(), Optional.of(NOW.minusSeconds(1))),
                grant(AUDITOR, DATABASE, Optional.empty(), Optional.empty()),
                grant(ENGINEER, WEB, Optional.empty(), Optional.empty()));
        for (Grant grant : useless) {
            assertThat(decide(attempt(ENGINEER, DATABASE, "root", NO_REASON), withGrant(grant)))
                    .as("%s", grant)
                    .isInstanceOf(Decision.ReasonRequired.class);
        }
    }

    @Test
    void an_unused_grant_lapses() {
        Grant grant = grant(ENGINEER, DATABASE, Optional.empty(), Optional.empty());
        assertThat(grant.isLive(grant.useBy().minusMillis(1))).isTrue();
        assertThat(grant.isLive(grant.useBy())).isFalse();
    }

    @Test
    void through_sftp_is_allowed_what_every_rule_that_allows_it_agrees_to() {
        FileRights read = FileRights.of(Set.of(FileAccess.READ));
        Rule reading = files("reading", read);
        Rule writing = files("writing", FileRights.of(Set.of(FileAccess.WRITE)));
        assertThat(files(ENGINEERS)).isEqualTo(FileRights.ALL);
        assertThat(files(ENGINEERS, reading)).isEqualTo(read);
        assertThat(files(reading, ENGINEERS)).isEqualTo(read);
        for (Rule[] nothing : new Rule[][] {{reading, writing}, {ENGINEERS, files("none", FileRights.NONE)}}) {
            assertThat(decide(sftp(), facts(WEB, nothing)))
                    .isEqualTo(new Decision.Denied(new Denial.ModeNotAllowed(WEB.name(), new Mode.Subsystem("sftp"))));
        }
    }

    @Test
    void a_path_must_fit_and_a_size_must_be_allowed_by_every_rule() {
        Rule below = files("below", limited("/srv/**", 1000));
        Rule logs = files("logs", limited("/**/*.log", 500));
        FileLimits both = files(below, logs, ENGINEERS).of(FileAccess.READ).orElseThrow();
        assertThat(both.allowsPath("/srv/a/b.log")).isTrue();
        assertThat(both.allowsPath("/srv/a/b")).isFalse();
        assertThat(both.allowsPath("/var/b.log")).isFalse();
        assertThat(both.allowsSize(500)).isTrue();
        assertThat(both.allowsSize(501)).isFalse();
        assertThat(files(below, logs).allows(FileAccess.WRITE)).isFalse();
    }

    private static FileRights limited(String pattern, long largest) {
        return new FileRights(
                Map.of(FileAccess.READ, FileLimits.of(List.of(new PathPattern(pattern)), OptionalLong.of(largest))));
    }

    @Test
    void scp_of_old_is_refused_where_sftp_is_and_where_it_cannot_be_held_to_limits() {
        Rule reading = files("reading", FileRights.of(Set.of(FileAccess.READ)));
        assertThat(decide(exec("scp -f /srv/a"), facts(WEB, reading))).isInstanceOf(Decision.Permitted.class);
        assertThat(decide(exec("scp -t /srv/a"), facts(WEB, reading)))
                .isEqualTo(new Decision.Denied(
                        new Denial.TransferNotAllowed(WEB.name(), "changing files is not allowed to you here")));
        assertThat(decide(exec("scp -t /srv/a; sh"), facts(WEB, reading))).isInstanceOf(Decision.Permitted.class);
        assertThat(decide(exec("scp -f /srv/a"), facts(WEB, files("below", limited("/srv/**", 5)))))
                .isInstanceOfSatisfying(
                        Decision.Denied.class,
                        denied -> assertThat(denied.why())
                                .isInstanceOfSatisfying(
                                        Denial.TransferNotAllowed.class,
                                        why -> assertThat(why.words()).endsWith("leave out the -O")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rsync --server --sender -e.Lsfx . /srv/a | rsync --server -e.Lsfx . /srv/a
        rsync --server --sender -se.Lsfx         | rsync --server -se.Lsfx
        git-upload-pack '/srv/a.git'             | git-receive-pack '/srv/a.git'
        """)
    void rsync_and_git_are_held_to_what_may_be_done_with_files(String reading, String writing) {
        Rule readers = files("reading", FileRights.of(Set.of(FileAccess.READ)));
        assertThat(decide(exec(reading), facts(WEB, readers))).isInstanceOf(Decision.Permitted.class);
        assertThat(decide(exec(writing), facts(WEB, readers)))
                .isEqualTo(new Decision.Denied(
                        new Denial.TransferNotAllowed(WEB.name(), "changing files is not allowed to you here")));
        assertThat(decide(exec(reading), facts(WEB, files("below", limited("/srv/**", 5)))))
                .isInstanceOfSatisfying(
                        Decision.Denied.class,
                        denied -> assertThat(denied.why())
                                .isInstanceOfSatisfying(
                                        Denial.TransferNotAllowed.class,
                                        why -> assertThat(why.words()).endsWith("use sftp or scp")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mosh-server new -c 256 -s -l LANG=en_US.UTF-8",
                "'mosh-server' new -s",
                "/usr/local/bin/mosh-server new -s",
                "sh -c '[ -n \"$SSH_CONNECTION\" ] && printf x' ; mosh-server new -s"
            })
    void mosh_is_told_that_its_udp_does_not_pass(String command) {
        assertThat(decide(exec(command), facts(WEB, ENGINEERS)))
                .isEqualTo(new Decision.Denied(new Denial.NeedsUdp(WEB.name())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"man mosh-server", "mosh-server --help", "pgrep mosh-server", "echo mosh-server newer"})
    void what_only_speaks_of_mosh_runs(String command) {
        assertThat(decide(exec(command), facts(WEB, ENGINEERS))).isInstanceOf(Decision.Permitted.class);
    }

    private static Attempt exec(String command) {
        Mode mode = new Mode.Exec(new Command(command.getBytes(StandardCharsets.UTF_8)), false);
        return attempt(ENGINEER, WEB, "root", mode, NO_REASON, Optional.empty());
    }

    @Test
    void sftp_in_production_asks_for_a_reason_as_a_shell_does() {
        assertThat(decide(
                        attempt(ENGINEER, DATABASE, "root", new Mode.Subsystem("sftp"), NO_REASON, Optional.empty()),
                        facts(DATABASE, ENGINEERS)))
                .isEqualTo(new Decision.ReasonRequired(DATABASE, "engineers"));
    }

    private static Attempt sftp() {
        return attempt(ENGINEER, WEB, "root", new Mode.Subsystem("sftp"), NO_REASON, Optional.empty());
    }

    private static FileRights files(Rule... rules) {
        return ((Decision.Permitted) decide(sftp(), facts(WEB, rules)))
                .permit()
                .obligations()
                .files();
    }

    private static Rule files(String name, FileRights sftp) {
        return new Rule(
                name,
                Rule.Effect.ALLOW,
                roles("engineer"),
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                0,
                Duration.ofHours(1),
                InputRecording.OFF,
                sftp,
                Set.of());
    }

    @Test
    void what_passes_is_what_one_of_the_rules_that_allow_the_login_lets_through() {
        Rule passing = passing(Set.of(new ForwardRight.TargetLoopback()));
        assertThat(decide(forward(WEB), facts(WEB, ENGINEERS)))
                .isEqualTo(new Decision.Denied(new Denial.ForwardNotAllowed(
                        WEB.name(), LOOPBACK, "no rule allows it (forward: target-loopback)")));
        assertThat(decide(forward(WEB), facts(WEB, ENGINEERS, passing))).isInstanceOf(Decision.Permitted.class);
        assertThat(decide(forward(WEB), facts(WEB, passing, ENGINEERS))).isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void what_passes_in_production_asks_for_what_a_shell_does() {
        Rule passing = passing(Set.of(new ForwardRight.TargetLoopback()));
        assertThat(decide(forward(DATABASE), facts(DATABASE, passing)))
                .isEqualTo(new Decision.ReasonRequired(DATABASE, "passing"));
    }

    @ParameterizedTest
    @CsvSource({
        "db.example, 5432, true",
        "DB.example, 5432, true",
        "db.example, 5433, false",
        "db.example., 5432, false",
        "x.db.example, 5432, false",
        "10.0.0.7, 443, true",
        "10.0.0.8, 443, false"
    })
    void to_no_target_exactly_the_places_pass_that_a_rule_lists(String host, long port, boolean passes) {
        Rule places = passing(Set.of(ForwardRight.of("db.example:5432"), ForwardRight.of("10.0.0.7:443")));
        Attempt attempt = attempt(
                ENGINEER,
                Network.PLACE,
                "bastion",
                new Mode.Forwarding(new Forward.ToPort(host, port)),
                NO_REASON,
                Optional.empty());
        assertThat(AccessPolicy.decideOnNetwork(attempt, List.of(ENGINEERS, places)) instanceof Decision.Permitted)
                .isEqualTo(passes);
        assertThat(AccessPolicy.decideOnNetwork(attempt, List.of(ENGINEERS))).isInstanceOf(Decision.Denied.class);
    }

    private static final Forward LOOPBACK = new Forward.ToPort("localhost", 8080);

    private static Attempt forward(Target target) {
        return attempt(ENGINEER, target, "root", new Mode.Forwarding(LOOPBACK), NO_REASON, Optional.empty());
    }

    private static Rule passing(Set<ForwardRight> forward) {
        return new Rule(
                "passing",
                Rule.Effect.ALLOW,
                roles("engineer"),
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                0,
                Duration.ofHours(1),
                InputRecording.OFF,
                FileRights.ALL,
                forward);
    }

    @Test
    void subsystems_other_than_sftp_are_not_allowed_anywhere() {
        Attempt netconf = attempt(ENGINEER, WEB, "root", new Mode.Subsystem("netconf"), NO_REASON, Optional.empty());
        assertThat(decide(netconf, facts(WEB, ENGINEERS)))
                .isEqualTo(new Decision.Denied(new Denial.ModeNotAllowed(WEB.name(), new Mode.Subsystem("netconf"))));
    }

    private static AccessFacts withGrant(Grant grant) {
        return new AccessFacts(Optional.of(DATABASE), List.of(ENGINEERS), Optional.of(grant), Optional.empty(), NOW);
    }

    private static AccessFacts withRequest(AccessRequest request) {
        return new AccessFacts(Optional.of(DATABASE), List.of(ENGINEERS), Optional.empty(), Optional.of(request), NOW);
    }
}
