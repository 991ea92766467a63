package sallyport.db;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.Environment;
import sallyport.policy.FileAccess;
import sallyport.policy.FileLimits;
import sallyport.policy.FileRights;
import sallyport.policy.ForwardRight;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.PathPattern;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;
import sallyport.policy.SessionName;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/** A small house to test in: an engineer, an approver, a machine in staging and one in production. */
final class Samples {

    static final Instant NOW = Instant.parse("2026-11-21T08:30:00.123456Z");
    static final RoleName ENGINEERS = new RoleName("engineers");
    static final RoleName APPROVERS = new RoleName("approvers");
    static final Login ROOT = new Login("root");

    private Samples() {}

    static KeyFingerprint key(int number) {
        return new KeyFingerprint("SHA256:" + "%043d".formatted(number));
    }

    static PersonDefinition person(String name, RoleName role, int... keys) {
        List<AuthorizedKey> authorized = Arrays.stream(keys)
                .mapToObj(k -> new AuthorizedKey(key(k), "ssh-ed25519 AAAA" + k, "laptop"))
                .toList();
        return new PersonDefinition(new PersonName(name), Set.of(role), authorized);
    }

    static TargetDefinition target(String name, Environment environment, int port) {
        return new TargetDefinition(
                new TargetName(name),
                "127.0.0.1",
                port,
                environment,
                new WorkspaceName("with-" + name),
                new TreeSet<>(Set.of(ROOT, new Login("deploy"))),
                List.of("ssh-ed25519 AAAAhost"));
    }

    static Rule rule(String name, Duration longest) {
        return new Rule(
                name,
                Rule.Effect.ALLOW,
                Set.of(ENGINEERS),
                Set.of(Environment.STAGING, Environment.PRODUCTION),
                Set.of(),
                Set.of(ROOT),
                false,
                0,
                longest,
                InputRecording.MASKED,
                new FileRights(Map.of(
                        FileAccess.READ,
                        FileLimits.of(
                                List.of(new PathPattern("/srv/**"), new PathPattern("/var/log/*")),
                                OptionalLong.empty()),
                        FileAccess.WRITE,
                        FileLimits.of(List.of(), OptionalLong.of(1L << 40)))),
                Set.of(
                        ForwardRight.of("target-loopback"),
                        ForwardRight.of("[fd00::7]:5432"),
                        ForwardRight.of("/run/*.sock")));
    }

    static AccessDefinition house() {
        return new AccessDefinition(
                List.of(person("engineer", ENGINEERS, 1, 2), person("approver", APPROVERS, 3)),
                Map.of(ENGINEERS, Set.of(), APPROVERS, Set.of(Permission.APPROVE)),
                List.of(target("web-1", Environment.STAGING, 2201), target("db-7", Environment.PRODUCTION, 2202)),
                List.of(rule("engineers", Duration.ofHours(8))));
    }

    static AuditEntry entry(AuditEvent event) {
        return AuditEntry.byBastion(UUID.randomUUID(), NOW, event);
    }

    static AuditEntry applied() {
        return entry(new AuditEvent.AccessApplied("access.yaml", "00", 2, 2, 1));
    }

    static Person personOf(AccessSnapshot snapshot, String name) {
        return snapshot.people().stream()
                .filter(p -> p.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Target targetOf(AccessSnapshot snapshot, String name) {
        return snapshot.targets().stream()
                .filter(t -> t.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Attempt attempt(Person person, String target) {
        return new Attempt(
                person,
                key(1),
                "192.0.2.7",
                new TargetName(target),
                ROOT,
                new Mode.Shell(true),
                Optional.of(new Reason("INC-42 disk full")),
                Optional.empty());
    }

    static Decision.ApprovalRequired needed(Target target) {
        return new Decision.ApprovalRequired(
                target, "engineers", new Reason("INC-42 disk full"), Duration.ofHours(1), Optional.empty());
    }

    static SessionRow session(Person person, Target target, String name, Instant startedAt, Optional<UUID> grant) {
        return new SessionRow(
                new SessionId(UUID.randomUUID()),
                new SessionName(name),
                person.id(),
                person.name(),
                key(1),
                "192.0.2.7",
                Optional.of(target.id()),
                target.name(),
                target.environment(),
                target.workspace(),
                ROOT,
                "shell",
                true,
                "",
                Optional.of(new Reason("INC-42 disk full")),
                grant,
                grant.map(_ -> new PersonName("approver")),
                "engineers",
                startedAt,
                "starting",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                InputRecording.OFF,
                Optional.empty());
    }

    static AuditEntry opened(SessionRow row) {
        return new AuditEntry(
                UUID.randomUUID(),
                row.startedAt(),
                Optional.of(row.person()),
                Optional.of(row.personName()),
                row.source(),
                new AuditEvent.SessionOpened(
                        row.id(),
                        row.name().value(),
                        row.target(),
                        row.login(),
                        row.mode(),
                        row.command(),
                        row.reason().map(Reason::value),
                        Optional.empty(),
                        row.rule(),
                        row.recordsInput()));
    }

    static AuditEntry ended(SessionRow row, String state, String ending, int... status) {
        return entry(new AuditEvent.SessionEnded(
                row.id(), state, ending, "how", Arrays.stream(status).boxed().findFirst(), 17, Optional.empty()));
    }
}
