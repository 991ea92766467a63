package sallyport.db;

import static sallyport.db.schema.Tables.ACCESS_GRANT;
import static sallyport.db.schema.Tables.ACCESS_VERSION;
import static sallyport.db.schema.Tables.PERSON;
import static sallyport.db.schema.Tables.PERSON_KEY;
import static sallyport.db.schema.Tables.PERSON_ROLE;
import static sallyport.db.schema.Tables.ROLE;
import static sallyport.db.schema.Tables.RULE;
import static sallyport.db.schema.Tables.TARGET;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.PersonKeyRecord;
import sallyport.db.schema.tables.records.PersonRecord;
import sallyport.db.schema.tables.records.PersonRoleRecord;
import sallyport.db.schema.tables.records.RoleRecord;
import sallyport.db.schema.tables.records.RuleRecord;
import sallyport.db.schema.tables.records.TargetRecord;
import sallyport.policy.AccessFacts;
import sallyport.policy.Attempt;
import sallyport.policy.Environment;
import sallyport.policy.FileAccess;
import sallyport.policy.FileLimits;
import sallyport.policy.ForwardRight;
import sallyport.policy.Login;
import sallyport.policy.PathPattern;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;

/** People, their keys and roles, targets and rules. */
public final class AccessStore {

    private final Database database;
    private final Supplier<UUID> ids;

    /** @param ids makes the ids of new people and targets, and of the audit entries about voided requests: UUIDv7 */
    public AccessStore(Database database, Supplier<UUID> ids) {
        this.database = database;
        this.ids = ids;
    }

    /**
     * Makes {@code definition} what holds from now on, and stores {@code entry}, in one transaction. People and targets that
     * are known by name keep their ids; those who are absent are disabled, and come back under their old id when they are
     * defined again.
     *
     * <p>A waiting request is cancelled, with an audit entry by the bastion, if what it rests on has changed: its person or
     * target is disabled, the person's roles or the target's definition differ, or its rule differs or is gone (T15). Grants
     * of people and on targets that are disabled are withdrawn.
     *
     * @throws DatabaseAway if the database does not answer; if it happened during the commit, the definition may hold:
     *     {@link #version} tells, and to apply the same again is harmless
     */
    public void apply(AccessDefinition definition, AuditEntry entry) {
        Instant now = StoredTime.of(entry.time());
        database.transactAtLeisure(dsl -> {
            AccessLock.toChange(dsl);
            AccessSnapshot before = AccessTables.snapshot(dsl);
            // What refers to something goes first and comes last.
            dsl.deleteFrom(PERSON_KEY).execute();
            dsl.deleteFrom(PERSON_ROLE).execute();
            dsl.deleteFrom(ROLE).execute();
            dsl.deleteFrom(RULE).execute();
            storeRoles(dsl, definition.roles());
            storePeople(dsl, definition.people(), now);
            storeTargets(dsl, definition.targets());
            storeRules(dsl, definition.rules());
            dsl.insertInto(ACCESS_VERSION)
                    .set(ACCESS_VERSION.VERSION, before.version() + 1)
                    .set(ACCESS_VERSION.APPLIED_AT, now)
                    .execute();
            AuditRow.of(entry).insert(dsl);
            RequestRows.voidTouched(dsl, before, AccessTables.snapshot(dsl), ids, entry.time());
            withdrawGrants(dsl, now);
        });
    }

    private static void storeRoles(DSLContext dsl, Map<RoleName, Set<Permission>> roles) {
        List<RoleRecord> rows = new ArrayList<>();
        roles.forEach((name, permissions) ->
                rows.add(new RoleRecord(name.value(), AccessTables.words(permissions, Permission::word))));
        if (!rows.isEmpty()) {
            dsl.insertInto(ROLE, ROLE.fields()).valuesOfRecords(rows).execute();
        }
    }

    private void storePeople(DSLContext dsl, List<PersonDefinition> people, Instant now) {
        List<String> names = people.stream().map(p -> p.name().value()).toList();
        dsl.update(PERSON)
                .set(PERSON.ENABLED, false)
                .where(PERSON.NAME.notIn(names))
                .execute();
        if (people.isEmpty()) {
            return;
        }
        dsl.insertInto(PERSON, PERSON.fields())
                .valuesOfRecords(names.stream()
                        .map(name -> new PersonRecord(ids.get(), name, true, now))
                        .toList())
                .onConflict(PERSON.NAME)
                .doUpdate()
                .set(PERSON.ENABLED, true)
                .execute();
        Map<String, UUID> idOf = new HashMap<>(dsl.select(PERSON.NAME, PERSON.ID)
                .from(PERSON)
                .where(PERSON.ENABLED)
                .fetchMap(PERSON.NAME, PERSON.ID));
        List<PersonRoleRecord> roles = new ArrayList<>();
        List<PersonKeyRecord> keys = new ArrayList<>();
        for (PersonDefinition person : people) {
            UUID id = idOf.get(person.name().value());
            person.roles().forEach(role -> roles.add(new PersonRoleRecord(id, role.value())));
            person.keys()
                    .forEach(key -> keys.add(new PersonKeyRecord(
                            key.fingerprint().value(), id, StoredText.of(key.line()), StoredText.of(key.comment()))));
        }
        if (!roles.isEmpty()) {
            dsl.insertInto(PERSON_ROLE, PERSON_ROLE.fields())
                    .valuesOfRecords(roles)
                    .execute();
        }
        if (!keys.isEmpty()) {
            dsl.insertInto(PERSON_KEY, PERSON_KEY.fields())
                    .valuesOfRecords(keys)
                    .execute();
        }
    }

    private void storeTargets(DSLContext dsl, List<TargetDefinition> targets) {
        dsl.update(TARGET)
                .set(TARGET.ENABLED, false)
                .where(TARGET.NAME.notIn(
                        targets.stream().map(t -> t.name().value()).toList()))
                .execute();
        if (targets.isEmpty()) {
            return;
        }
        dsl.insertInto(TARGET, TARGET.fields())
                .valuesOfRecords(targets.stream()
                        .map(t -> new TargetRecord(
                                ids.get(),
                                t.name().value(),
                                t.host(),
                                t.port(),
                                t.environment().word(),
                                AccessTables.words(t.logins(), Login::value),
                                t.hostKeys().toArray(String[]::new),
                                true,
                                t.workspace().value()))
                        .toList())
                .onConflict(TARGET.NAME)
                .doUpdate()
                .set(TARGET.HOST, DSL.excluded(TARGET.HOST))
                .set(TARGET.PORT, DSL.excluded(TARGET.PORT))
                .set(TARGET.ENVIRONMENT, DSL.excluded(TARGET.ENVIRONMENT))
                .set(TARGET.LOGINS, DSL.excluded(TARGET.LOGINS))
                .set(TARGET.HOST_KEYS, DSL.excluded(TARGET.HOST_KEYS))
                .set(TARGET.ENABLED, true)
                .set(TARGET.WORKSPACE, DSL.excluded(TARGET.WORKSPACE))
                .execute();
    }

    private static void storeRules(DSLContext dsl, List<Rule> rules) {
        List<RuleRecord> rows = new ArrayList<>();
        for (Rule rule : rules) {
            FileLimits read = rule.sftp().of(FileAccess.READ).orElse(FileLimits.NONE);
            FileLimits write = rule.sftp().of(FileAccess.WRITE).orElse(FileLimits.NONE);
            rows.add(new RuleRecord(
                    rows.size(),
                    rule.name(),
                    rule.effect().name().toLowerCase(Locale.ROOT),
                    AccessTables.words(rule.roles(), RoleName::value),
                    AccessTables.words(rule.environments(), Environment::word),
                    AccessTables.words(rule.targets(), TargetName::value),
                    AccessTables.words(rule.logins(), Login::value),
                    rule.reason(),
                    rule.approvals(),
                    rule.longest().toSeconds(),
                    rule.recordInput().word(),
                    AccessTables.words(rule.sftp().limits().keySet(), FileAccess::word),
                    AccessTables.words(rule.forward(), ForwardRight::word),
                    paths(read),
                    largest(read),
                    paths(write),
                    largest(write)));
        }
        if (!rows.isEmpty()) {
            dsl.insertInto(RULE, RULE.fields()).valuesOfRecords(rows).execute();
        }
    }

    /** A rule has one list of them at most. */
    private static String[] paths(FileLimits limits) {
        return limits.paths().stream()
                .flatMap(List::stream)
                .map(PathPattern::text)
                .toArray(String[]::new);
    }

    private static @Nullable Long largest(FileLimits limits) {
        OptionalLong largest = limits.largest();
        return largest.isPresent() ? largest.getAsLong() : null;
    }

    /** A right must not sleep through the absence of its person or target and wake with them. */
    private static void withdrawGrants(DSLContext dsl, Instant now) {
        dsl.update(ACCESS_GRANT)
                .set(ACCESS_GRANT.WITHDRAWN_AT, now)
                .where(ACCESS_GRANT.WITHDRAWN_AT.isNull())
                .and(ACCESS_GRANT
                        .PERSON_ID
                        .in(DSL.select(PERSON.ID).from(PERSON).where(DSL.not(PERSON.ENABLED)))
                        .or(ACCESS_GRANT.TARGET_ID.in(
                                DSL.select(TARGET.ID).from(TARGET).where(DSL.not(TARGET.ENABLED)))))
                .execute();
    }

    /** All that holds now, read at one moment. */
    public AccessSnapshot snapshot() {
        return database.readAtOneMoment(AccessTables::snapshot);
    }

    /** The version that {@link #snapshot} would have. One small query, for asking often. */
    public long version() {
        return database.ask(AccessTables::version);
    }

    /**
     * What the rules need to know to decide {@code attempt}, read anew and at one moment (T17). The request is the person's
     * newest one for that target and login, if it is waiting, or denied without their having been told.
     */
    public AccessFacts facts(Attempt attempt, Instant now) {
        return database.readAtOneMoment(dsl -> {
            Optional<Target> target = AccessTables.target(dsl, attempt.target());
            return new AccessFacts(
                    target,
                    AccessTables.rules(dsl),
                    target.flatMap(
                            t -> RequestRows.liveGrant(dsl, attempt.person().id(), t, attempt.login(), now)),
                    target.flatMap(
                            t -> RequestRows.untoldRequest(dsl, attempt.person().id(), t, attempt.login(), now)),
                    now);
        });
    }

    /** That person with the roles and permissions of now; empty if unknown or disabled. */
    public Optional<Person> person(PersonId id) {
        return database.readAtOneMoment(dsl ->
                AccessTables.people(dsl, PERSON.ID.eq(id.value())).stream().findFirst());
    }
}
