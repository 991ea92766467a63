package sallyport.admin.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import sallyport.admin.Label;
import sallyport.admin.Quoted;
import sallyport.admin.Span;
import sallyport.admin.access.Fields.Field;
import sallyport.admin.yaml.Nearest;
import sallyport.admin.yaml.Problem;
import sallyport.admin.yaml.YamlTree;
import sallyport.db.AccessDefinition;
import sallyport.db.AuthorizedKey;
import sallyport.db.PersonDefinition;
import sallyport.db.TargetDefinition;
import sallyport.policy.Environment;
import sallyport.policy.FileAccess;
import sallyport.policy.FileLimits;
import sallyport.policy.FileRights;
import sallyport.policy.ForwardRight;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.PathPattern;
import sallyport.policy.Permission;
import sallyport.policy.PersonName;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

/** Reads one file and keeps the list of what is wrong with it. Used once. */
final class AccessReader {

    /** Longest grant of a rule that does not say: one working day. */
    static final Duration DEFAULT_LONGEST = Duration.ofHours(8);

    private static final List<String> SECTIONS = List.of("roles", "people", "targets", "rules");
    private static final List<String> PERSON_KEYS = List.of("roles", "keys");
    private static final List<String> TARGET_KEYS =
            List.of("address", "environment", "workspace", "logins", "host-keys");
    private static final List<String> RULE_KEYS = List.of(
            "name",
            "effect",
            "roles",
            "environments",
            "targets",
            "logins",
            "reason",
            "approvals",
            "longest",
            "record_input",
            "sftp",
            "forward");
    private static final List<String> FILE_ACCESSES =
            Stream.of(FileAccess.values()).map(FileAccess::word).toList();
    private static final List<String> FILE_LIMIT_KEYS = List.of("paths", "largest");

    private final List<Problem> problems = new ArrayList<>();
    private final Fields fields = new Fields(problems);
    private final Map<RoleName, Set<Permission>> roles = new LinkedHashMap<>();
    private final Map<TargetName, TargetDefinition> targets = new LinkedHashMap<>();
    private final Set<String> namesOfTargets = new LinkedHashSet<>();
    private final Map<KeyFingerprint, Owner> owners = new HashMap<>();

    /** Who has a key, and where that is written. */
    private record Owner(String person, int line) {}

    /** What is wrong, in the order of the file. */
    List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** The definition; empty if there are {@link #problems}. */
    Optional<AccessDefinition> read(Optional<Node> root) {
        if (root.isEmpty()) {
            problems.add(new Problem(0, "the file is empty; it needs the sections " + String.join(", ", SECTIONS)));
            return Optional.empty();
        }
        SequencedMap<String, Field> sections = fields.mapping(root.get(), "the file", SECTIONS);
        for (String section : SECTIONS) {
            if (!sections.containsKey(section)) {
                problems.add(new Problem(
                        0,
                        "the section \"%s\" is missing; if there are none, write \"%s: %s\""
                                .formatted(section, section, section.equals("rules") ? "[]" : "{}")));
            }
        }
        entries(sections, "roles", "roles").values().forEach(this::role);
        List<PersonDefinition> people = entries(sections, "people", "people").values().stream()
                .flatMap(f -> person(f).stream())
                .toList();
        entries(sections, "targets", "targets").values().forEach(this::target);
        List<Rule> rules = rules(sections);
        return problems.isEmpty()
                ? Optional.of(new AccessDefinition(people, roles, List.copyOf(targets.values()), rules))
                : Optional.empty();
    }

    private SequencedMap<String, Field> entries(Map<String, Field> sections, String section, String what) {
        Field field = sections.get(section);
        return field == null ? new LinkedHashMap<>() : fields.mapping(field.value(), what);
    }

    private void role(Field field) {
        String what = "role " + Quoted.of(field.key());
        Optional<RoleName> name = fields.value(field.keyNode(), "roles", RoleName::new);
        List<Permission> permissions = fields.values(Optional.of(field), what, AccessReader::permission);
        name.ifPresent(n ->
                roles.put(n, permissions.isEmpty() ? EnumSet.noneOf(Permission.class) : EnumSet.copyOf(permissions)));
    }

    private static Permission permission(String word) {
        return Permission.of(word)
                .orElseThrow(() -> new IllegalArgumentException("no permission is called " + Quoted.of(word)
                        + Nearest.hint(
                                word,
                                Stream.of(Permission.values())
                                        .map(Permission::word)
                                        .toList())));
    }

    private Optional<PersonDefinition> person(Field field) {
        String what = "person " + Quoted.of(field.key());
        Optional<PersonName> name = fields.value(field.keyNode(), "people", PersonName::new);
        Map<String, Field> parts = fields.mapping(field.value(), what, PERSON_KEYS);
        List<RoleName> held = fields.values(part(parts, "roles"), what + ", roles", this::knownRole);
        List<AuthorizedKey> keys = new ArrayList<>();
        for (Node node : part(parts, "keys")
                .map(k -> fields.list(k.value(), what + ", keys"))
                .orElse(List.of())) {
            key(node, field.key(), what).ifPresent(keys::add);
        }
        return name.map(n -> new PersonDefinition(n, new LinkedHashSet<>(held), keys));
    }

    private RoleName knownRole(String text) {
        RoleName role = new RoleName(text);
        if (!roles.containsKey(role)) {
            throw new IllegalArgumentException("there is no role " + Quoted.of(text)
                    + Nearest.hint(
                            text, roles.keySet().stream().map(RoleName::value).toList()));
        }
        return role;
    }

    private Optional<AuthorizedKey> key(Node node, String person, String what) {
        Optional<PublicKeyLine> line = keyLine(node, what + ": the key");
        if (line.isEmpty()) {
            return Optional.empty();
        }
        KeyFingerprint fingerprint = line.get().fingerprint();
        Owner first = owners.putIfAbsent(fingerprint, new Owner(person, YamlTree.line(node)));
        if (first != null) {
            fields.wrong(
                    node,
                    first.person().equals(person)
                            ? "%s has the key %s twice (first on line %d)".formatted(what, fingerprint, first.line())
                            : "%s has the key %s of person %s (line %d); a key says who somebody is, so only one person can have it"
                                    .formatted(what, fingerprint, Quoted.of(first.person()), first.line()));
            return Optional.empty();
        }
        return Optional.of(
                new AuthorizedKey(fingerprint, line.get().line(), line.get().comment()));
    }

    private Optional<PublicKeyLine> keyLine(Node node, String what) {
        try {
            return fields.text(node, what).map(PublicKeyLine::parse);
        } catch (IllegalArgumentException refused) {
            fields.wrong(node, what + " " + refused.getMessage());
            return Optional.empty();
        }
    }

    private void target(Field field) {
        String what = "target " + Quoted.of(field.key());
        namesOfTargets.add(field.key());
        Optional<TargetName> name = fields.value(field.keyNode(), "targets", TargetName::new);
        Map<String, Field> parts = fields.mapping(field.value(), what, TARGET_KEYS);
        Optional<Address> address = required(parts, field, what, "address", Address::parse);
        Optional<Environment> environment = required(parts, field, what, "environment", AccessReader::environment);
        Optional<WorkspaceName> workspace = part(parts, "workspace")
                .flatMap(f -> fields.value(f.value(), what + ", workspace", WorkspaceName::new));
        List<Login> logins = filled(parts, field, what, "logins", Login::new);
        List<String> hostKeys = new ArrayList<>();
        for (Node node : some(parts, field, what, "host-keys")) {
            keyLine(node, what + ": the host key").ifPresent(k -> hostKeys.add(k.line()));
        }
        if (name.isPresent() && address.isPresent() && environment.isPresent()) {
            targets.put(
                    name.get(),
                    new TargetDefinition(
                            name.get(),
                            address.get().host(),
                            address.get().port(),
                            environment.get(),
                            workspace.orElse(WorkspaceName.DEFAULT),
                            new TreeSet<>(logins),
                            hostKeys));
        }
    }

    private static Environment environment(String word) {
        return Stream.of(Environment.values())
                .filter(e -> e.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no environment " + Quoted.of(word)
                        + Nearest.hint(
                                word,
                                Stream.of(Environment.values())
                                        .map(Environment::word)
                                        .toList())));
    }

    private List<Rule> rules(Map<String, Field> sections) {
        List<Rule> rules = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        Field section = sections.get("rules");
        for (Node node : section == null ? List.<Node>of() : fields.list(section.value(), "rules")) {
            Optional<Rule> rule = rule(node);
            if (rule.isEmpty()) {
                continue;
            }
            Integer first = lines.putIfAbsent(rule.get().name(), YamlTree.line(node));
            if (first != null) {
                fields.wrong(
                        node,
                        "rule %s is here a second time (first on line %d)"
                                .formatted(Quoted.of(rule.get().name()), first));
            }
            rules.add(rule.get());
        }
        return rules;
    }

    private Optional<Rule> rule(Node node) {
        Map<String, Field> parts = fields.mapping(node, "the rule", RULE_KEYS);
        Optional<String> name = part(parts, "name")
                .flatMap(f -> fields.value(f.value(), "the rule", text -> Label.checked("its name", text)));
        if (!parts.containsKey("name")) {
            fields.wrong(node, "the rule has no \"name\"; decisions are explained by it");
        }
        String what = "rule " + name.map(Quoted::of).orElse("without a name");
        Rule.Effect effect = part(parts, "effect")
                .flatMap(f -> fields.value(f.value(), what + ", effect", AccessReader::effect))
                .orElse(Rule.Effect.ALLOW);
        List<RoleName> who = fields.values(part(parts, "roles"), what + ", roles", this::knownRole);
        if (who.isEmpty() && !hasItems(parts, "roles")) {
            fields.wrong(node, what + " has no \"roles\" and would match nobody");
        }
        List<Environment> environments =
                fields.values(part(parts, "environments"), what + ", environments", AccessReader::environment);
        List<TargetName> where = fields.values(part(parts, "targets"), what + ", targets", this::knownTarget);
        List<Login> logins = fields.values(part(parts, "logins"), what + ", logins", Login::new);
        for (String narrowing : List.of("environments", "targets", "logins")) {
            if (parts.containsKey(narrowing) && !hasItems(parts, narrowing)) {
                fields.wrong(
                        parts.get(narrowing).keyNode(),
                        "%s has an empty \"%s\", which would mean all; leave it out".formatted(what, narrowing));
            }
        }
        boolean reason = part(parts, "reason")
                .flatMap(f -> fields.value(f.value(), what + ", reason", AccessReader::yesOrNo))
                .orElse(false);
        int approvals = part(parts, "approvals")
                .flatMap(f -> fields.value(f.value(), what + ", approvals", AccessReader::approvals))
                .orElse(0);
        Duration longest = part(parts, "longest")
                .flatMap(f -> fields.value(f.value(), what + ", longest", Span::parse))
                .orElse(DEFAULT_LONGEST);
        InputRecording recordInput = part(parts, "record_input")
                .flatMap(f -> fields.value(f.value(), what + ", record_input", AccessReader::inputRecording))
                .orElse(InputRecording.OFF);
        FileRights sftp =
                part(parts, "sftp").map(f -> fileRights(f, what + ", sftp")).orElse(FileRights.ALL);
        List<ForwardRight> forward = fields.values(part(parts, "forward"), what + ", forward", ForwardRight::of);
        if ((reason || approvals > 0) && forward.stream().anyMatch(right -> right instanceof ForwardRight.Address)) {
            fields.wrong(
                    node,
                    what
                            + " asks for a reason or an approval, which a connection to no target cannot give; put the"
                            + " places in \"forward\" into a rule of their own");
        }
        if (effect == Rule.Effect.DENY) {
            part(parts, "forward")
                    .ifPresent(field -> fields.wrong(
                            field.keyNode(),
                            what + " denies, and \"forward\" is what a rule lets through; leave it out"));
        }
        return name.map(n -> new Rule(
                n,
                effect,
                Set.copyOf(who),
                Set.copyOf(environments),
                Set.copyOf(where),
                Set.copyOf(logins),
                reason,
                approvals,
                longest,
                recordInput,
                sftp,
                Set.copyOf(forward)));
    }

    /** A list of what is allowed, or what is allowed with how far. */
    private FileRights fileRights(Field sftp, String what) {
        if (!(sftp.value() instanceof MappingNode)) {
            return FileRights.of(fields.values(Optional.of(sftp), what, AccessReader::fileAccess));
        }
        Map<FileAccess, FileLimits> limits = new EnumMap<>(FileAccess.class);
        fields.mapping(sftp.value(), what, FILE_ACCESSES)
                .forEach((word, field) -> FileAccess.of(word)
                        .ifPresent(access -> limits.put(access, fileLimits(field.value(), what + ", " + word))));
        return new FileRights(limits);
    }

    private FileLimits fileLimits(Node node, String what) {
        Map<String, Field> parts = fields.mapping(node, what, FILE_LIMIT_KEYS);
        if (parts.containsKey("paths") && !hasItems(parts, "paths")) {
            fields.wrong(
                    parts.get("paths").keyNode(), what + " has an empty \"paths\", which would mean all; leave it out");
        }
        List<PathPattern> paths = fields.values(part(parts, "paths"), what + ", paths", PathPattern::new);
        Optional<Long> largest =
                part(parts, "largest").flatMap(f -> fields.value(f.value(), what + ", largest", ByteCount::parse));
        return FileLimits.of(paths, largest.map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    private TargetName knownTarget(String text) {
        TargetName target = new TargetName(text);
        if (!namesOfTargets.contains(text)) {
            throw new IllegalArgumentException(
                    "there is no target " + Quoted.of(text) + Nearest.hint(text, namesOfTargets));
        }
        return target;
    }

    private static Rule.Effect effect(String word) {
        return switch (word) {
            case "allow" -> Rule.Effect.ALLOW;
            case "deny" -> Rule.Effect.DENY;
            default -> throw new IllegalArgumentException(Quoted.of(word) + " is neither allow nor deny");
        };
    }

    private static boolean yesOrNo(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(Quoted.of(word) + " is neither true nor false");
        };
    }

    private static InputRecording inputRecording(String word) {
        return InputRecording.of(word)
                .orElseThrow(() -> new IllegalArgumentException(Quoted.of(word) + " is none of off, masked and full"));
    }

    private static FileAccess fileAccess(String word) {
        return FileAccess.of(word)
                .orElseThrow(() -> new IllegalArgumentException(Quoted.of(word) + " is neither read nor write"));
    }

    private static int approvals(String word) {
        return switch (word) {
            case "0" -> 0;
            case "1" -> 1;
            default -> throw new IllegalArgumentException(Quoted.of(word) + " is neither 0 nor 1");
        };
    }

    private <T> Optional<T> required(
            Map<String, Field> parts, Field owner, String what, String key, Function<String, T> read) {
        Field field = parts.get(key);
        if (field == null) {
            fields.wrong(owner.keyNode(), "%s has no \"%s\"".formatted(what, key));
            return Optional.empty();
        }
        return fields.value(field.value(), what + ", " + key, read);
    }

    private <T> List<T> filled(
            Map<String, Field> parts, Field owner, String what, String key, Function<String, T> read) {
        some(parts, owner, what, key);
        return fields.values(part(parts, key).filter(_ -> hasItems(parts, key)), what + ", " + key, read);
    }

    /** The items under {@code key}; none is a problem. */
    private List<Node> some(Map<String, Field> parts, Field owner, String what, String key) {
        List<Node> items = part(parts, key)
                .map(f -> fields.list(f.value(), what + ", " + key))
                .orElse(List.of());
        if (items.isEmpty()) {
            fields.wrong(owner.keyNode(), "%s has no \"%s\"; one at least is needed".formatted(what, key));
        }
        return items;
    }

    private static boolean hasItems(Map<String, Field> parts, String key) {
        Field field = parts.get(key);
        return field != null
                && field.value() instanceof SequenceNode sequence
                && !sequence.getValue().isEmpty();
    }

    private static Optional<Field> part(Map<String, Field> parts, String key) {
        return Optional.ofNullable(parts.get(key));
    }
}
