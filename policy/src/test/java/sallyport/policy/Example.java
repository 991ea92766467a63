package sallyport.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The people, targets and rules that the tables of cases speak about. */
final class Example {

    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    static final KeyFingerprint KEY = new KeyFingerprint("SHA256:" + "A".repeat(43));

    static final Person ENGINEER = person("engineer", Set.of("engineer"));
    static final Person AUDITOR = person("auditor", Set.of("auditor"));

    static final Target WEB = target("web-1", Environment.STAGING, "root", "deploy");
    static final Target DATABASE = target("prod-db-1", Environment.PRODUCTION, "root");

    static final Rule ENGINEERS = new Rule(
            "engineers",
            Rule.Effect.ALLOW,
            roles("engineer"),
            Set.of(),
            Set.of(),
            Set.of(),
            false,
            0,
            Duration.ofHours(8),
            InputRecording.OFF,
            FileRights.ALL,
            Set.of());

    private Example() {}

    static Person person(String name, Set<String> roles) {
        return new Person(
                new PersonId(UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                new PersonName(name),
                roles.stream().map(RoleName::new).collect(Collectors.toSet()),
                Set.of());
    }

    static Target target(String name, Environment environment, String... logins) {
        return new Target(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                new TargetName(name),
                "127.0.0.1",
                22,
                environment,
                WorkspaceName.DEFAULT,
                Stream.of(logins).map(Login::new).collect(Collectors.toCollection(TreeSet::new)),
                List.of("ssh-ed25519 AAAA"));
    }

    static Set<RoleName> roles(String... names) {
        return Stream.of(names).map(RoleName::new).collect(Collectors.toSet());
    }

    static Attempt attempt(Person person, Target target, String login, Optional<String> reason) {
        return attempt(person, target, login, new Mode.Shell(true), reason, Optional.empty());
    }

    static Attempt attempt(
            Person person,
            Target target,
            String login,
            Mode mode,
            Optional<String> reason,
            Optional<Duration> duration) {
        return new Attempt(
                person, KEY, "192.0.2.1", target.name(), new Login(login), mode, reason.map(Reason::new), duration);
    }

    static AccessFacts facts(Target target, Rule... rules) {
        return new AccessFacts(Optional.of(target), List.of(rules), Optional.empty(), Optional.empty(), NOW);
    }

    static Grant grant(Person person, Target target, Optional<Instant> firstUsed, Optional<Instant> withdrawn) {
        return new Grant(
                UUID.nameUUIDFromBytes(new byte[] {1}),
                new RequestCode("7F3K"),
                person.id(),
                target.id(),
                new Login("root"),
                new Reason("INC-42"),
                new PersonName("approver"),
                NOW.minusSeconds(600),
                Duration.ofHours(1),
                NOW.plusSeconds(3600),
                firstUsed,
                withdrawn);
    }

    static AccessRequest request(Person person, Target target, AccessRequest.State state) {
        return new AccessRequest(
                UUID.nameUUIDFromBytes(new byte[] {2}),
                new RequestCode("9QT2"),
                person.id(),
                person.name(),
                KEY,
                "192.0.2.1",
                target.id(),
                target.name(),
                target.environment(),
                new Login("root"),
                new Reason("INC-42 disk full"),
                Duration.ofHours(1),
                "engineers",
                NOW.minusSeconds(60),
                NOW.plusSeconds(1740),
                state);
    }
}
