package sallyport.db;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static sallyport.db.schema.Tables.ACCESS_VERSION;
import static sallyport.db.schema.Tables.PERSON;
import static sallyport.db.schema.Tables.PERSON_KEY;
import static sallyport.db.schema.Tables.PERSON_ROLE;
import static sallyport.db.schema.Tables.ROLE;
import static sallyport.db.schema.Tables.RULE;
import static sallyport.db.schema.Tables.TARGET;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.RuleRecord;
import sallyport.db.schema.tables.records.TargetRecord;
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
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

/** Reads the tables of people, targets and rules as values, within a transaction of the caller's. */
final class AccessTables {

    private AccessTables() {}

    static long version(DSLContext dsl) {
        return dsl.select(DSL.coalesce(DSL.max(ACCESS_VERSION.VERSION), 0L))
                .from(ACCESS_VERSION)
                .fetchSingle()
                .value1();
    }

    static AccessSnapshot snapshot(DSLContext dsl) {
        List<Person> people = people(dsl, DSL.noCondition());
        Map<UUID, Person> byId = new HashMap<>();
        people.forEach(p -> byId.put(p.id().value(), p));
        Map<KeyFingerprint, Person> byKey = new HashMap<>();
        dsl.selectFrom(PERSON_KEY).forEach(key -> {
            Person owner = byId.get(key.getPersonId());
            if (owner != null) {
                byKey.put(new KeyFingerprint(key.getFingerprint()), owner);
            }
        });
        return new AccessSnapshot(version(dsl), byKey, people, targets(dsl, DSL.noCondition()), rules(dsl));
    }

    /** Enabled people, by name. */
    static List<Person> people(DSLContext dsl, Condition which) {
        Map<UUID, Set<RoleName>> rolesOf = dsl
                .selectFrom(PERSON_ROLE)
                .where(PERSON_ROLE.PERSON_ID.in(
                        DSL.select(PERSON.ID).from(PERSON).where(which)))
                .stream()
                .collect(groupingBy(r -> r.getPersonId(), mapping(r -> new RoleName(r.getRole()), toSet())));
        Map<RoleName, Set<Permission>> permissionsOf = new HashMap<>();
        dsl.selectFrom(ROLE)
                .forEach(role -> permissionsOf.put(
                        new RoleName(role.getName()), set(role.getPermissions(), p -> permission(p))));
        return dsl.selectFrom(PERSON).where(PERSON.ENABLED).and(which).orderBy(PERSON.NAME).stream()
                .map(person -> {
                    Set<RoleName> roles = rolesOf.getOrDefault(person.getId(), Set.of());
                    return new Person(
                            new PersonId(person.getId()),
                            new PersonName(person.getName()),
                            roles,
                            roles.stream()
                                    .flatMap(r -> permissionsOf.getOrDefault(r, Set.of()).stream())
                                    .collect(toSet()));
                })
                .toList();
    }

    /** Enabled targets, by name. */
    static List<Target> targets(DSLContext dsl, Condition which) {
        return dsl.selectFrom(TARGET).where(TARGET.ENABLED).and(which).orderBy(TARGET.NAME).stream()
                .map(AccessTables::target)
                .toList();
    }

    static Optional<Target> target(DSLContext dsl, TargetName name) {
        return targets(dsl, TARGET.NAME.eq(name.value())).stream().findFirst();
    }

    /** All rules, in their order. */
    static List<Rule> rules(DSLContext dsl) {
        return dsl.selectFrom(RULE).orderBy(RULE.POSITION).stream()
                .map(AccessTables::rule)
                .toList();
    }

    private static Target target(TargetRecord row) {
        return new Target(
                row.getId(),
                new TargetName(row.getName()),
                row.getHost(),
                row.getPort(),
                environment(row.getEnvironment()),
                new WorkspaceName(row.getWorkspace()),
                Stream.of(row.getLogins()).map(Login::new).collect(toCollection(TreeSet::new)),
                Arrays.asList(row.getHostKeys()));
    }

    private static Rule rule(RuleRecord row) {
        return new Rule(
                row.getName(),
                Rule.Effect.valueOf(row.getEffect().toUpperCase(Locale.ROOT)),
                set(row.getRoles(), RoleName::new),
                set(row.getEnvironments(), AccessTables::environment),
                set(row.getTargets(), TargetName::new),
                set(row.getLogins(), Login::new),
                row.getReason(),
                row.getApprovals(),
                Duration.ofSeconds(row.getLongestSeconds()),
                inputRecording(row.getRecordInput()),
                fileRights(row),
                set(row.getForward(), AccessTables::forwardRight));
    }

    private static FileRights fileRights(RuleRecord row) {
        Map<FileAccess, FileLimits> limits = new EnumMap<>(FileAccess.class);
        for (FileAccess access : set(row.getSftp(), AccessTables::fileAccess)) {
            limits.put(
                    access,
                    switch (access) {
                        case READ -> fileLimits(row.getReadPaths(), row.getReadLargest());
                        case WRITE -> fileLimits(row.getWritePaths(), row.getWriteLargest());
                    });
        }
        return new FileRights(limits);
    }

    private static FileLimits fileLimits(String[] paths, @Nullable Long largest) {
        return FileLimits.of(
                Stream.of(paths).map(PathPattern::new).toList(),
                largest == null ? OptionalLong.empty() : OptionalLong.of(largest));
    }

    /** The environment that is spelled so in a row. */
    static Environment environment(String word) {
        return Environment.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** What is recorded of what people type, as it is spelled in a row. */
    static InputRecording inputRecording(String word) {
        return InputRecording.of(word)
                .orElseThrow(() -> new IllegalStateException("a row says \"" + word
                        + "\" of recording input, which this version does not know; was the database written by a newer"
                        + " one?"));
    }

    private static FileAccess fileAccess(String word) {
        return FileAccess.of(word)
                .orElseThrow(() -> new IllegalStateException("a row says \"" + word
                        + "\" of sftp, which this version does not know; was the database written by a newer one?"));
    }

    private static ForwardRight forwardRight(String word) {
        try {
            return ForwardRight.of(word);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "a row has a forward that this version does not know; was the database written by a newer one?", e);
        }
    }

    private static Permission permission(String word) {
        return Permission.of(word)
                .orElseThrow(() -> new IllegalStateException("a stored role has the permission \"" + word
                        + "\", which this version does not know; was the database written by a newer one?"));
    }

    private static <T> Set<T> set(String[] words, Function<String, T> reading) {
        return Stream.of(words).map(reading).collect(toSet());
    }

    /** The words of a column that holds an array, in a stable order. */
    static <T> String[] words(Set<T> values, Function<T, String> word) {
        return values.stream().map(word).sorted().collect(toList()).toArray(String[]::new);
    }
}
