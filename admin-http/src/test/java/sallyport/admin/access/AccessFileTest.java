package sallyport.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.admin.yaml.Problem;
import sallyport.admin.yaml.YamlTree;
import sallyport.db.AccessDefinition;
import sallyport.policy.Environment;
import sallyport.policy.FileAccess;
import sallyport.policy.FileLimits;
import sallyport.policy.FileRights;
import sallyport.policy.ForwardRight;
import sallyport.policy.InputRecording;
import sallyport.policy.Login;
import sallyport.policy.PathPattern;
import sallyport.policy.Permission;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

class AccessFileTest {

    private static final String KEY = KeyLines.ed25519(1);
    private static final String HOST_KEY = KeyLines.ed25519(9);

    private static final String GOOD = """
        roles:
          engineer: []
          approver: [terminal.approve]
        people:
          engineer:
            roles: [engineer]
            keys: ["KEY laptop of an engineer"]
        targets:
          web-1:
            address: 127.0.0.1:2201
            environment: staging
            logins: [root, deploy]
            host-keys: ["HOST_KEY"]
        rules:
          - name: engineers
            roles: [engineer]
            environments: [staging, production]
            targets: [web-1]
            logins: [root]
            reason: true
            approvals: 1
            longest: 1h30m
            record_input: masked
            sftp: [read]
            forward: [target-loopback, "/run/app/*.sock", remote]
        """.replace("HOST_KEY", HOST_KEY).replace("KEY", KEY);

    @Test
    void reading_and_writing_are_limited_apart() {
        AccessDefinition read = read(GOOD.replace(
                "sftp: [read]", "sftp: {read: {paths: [/srv/**, /var/log/*.log], largest: 1 GiB}, write: {}}"));
        FileLimits reading = FileLimits.of(
                List.of(new PathPattern("/srv/**"), new PathPattern("/var/log/*.log")), OptionalLong.of(1L << 30));
        assertThat(read.rules().getFirst().sftp())
                .isEqualTo(new FileRights(Map.of(FileAccess.READ, reading, FileAccess.WRITE, FileLimits.NONE)));
    }

    @Test
    void a_good_file_says_what_it_says() {
        AccessDefinition read = read(GOOD);

        assertThat(read.roles().get(new RoleName("approver"))).containsExactly(Permission.APPROVE);
        assertThat(read.people()).singleElement().satisfies(person -> {
            assertThat(person.name().value()).isEqualTo("engineer");
            assertThat(person.roles()).containsExactly(new RoleName("engineer"));
            assertThat(person.keys()).singleElement().satisfies(key -> {
                assertThat(key.line()).isEqualTo(KEY);
                assertThat(key.comment()).isEqualTo("laptop of an engineer");
            });
        });
        assertThat(read.targets()).singleElement().satisfies(target -> {
            assertThat(target.host()).isEqualTo("127.0.0.1");
            assertThat(target.port()).isEqualTo(2201);
            assertThat(target.environment()).isEqualTo(Environment.STAGING);
            assertThat(target.logins()).containsExactly(new Login("deploy"), new Login("root"));
            assertThat(target.hostKeys()).containsExactly(HOST_KEY);
        });
        assertThat(read.rules())
                .containsExactly(new Rule(
                        "engineers",
                        Rule.Effect.ALLOW,
                        Set.of(new RoleName("engineer")),
                        Set.of(Environment.STAGING, Environment.PRODUCTION),
                        Set.of(new TargetName("web-1")),
                        Set.of(new Login("root")),
                        true,
                        1,
                        Duration.ofMinutes(90),
                        InputRecording.MASKED,
                        FileRights.of(Set.of(FileAccess.READ)),
                        Set.of(
                                new ForwardRight.TargetLoopback(),
                                new ForwardRight.TargetSockets("/run/app/*.sock"),
                                new ForwardRight.Remote())));
    }

    @Test
    void a_target_is_in_the_workspace_that_it_names_or_in_the_usual_one() {
        String named = GOOD.replace("environment: staging\n", "environment: staging\n    workspace: shop\n");

        assertThat(read(named).targets().getFirst().workspace()).isEqualTo(new WorkspaceName("shop"));
        assertThat(read(GOOD).targets().getFirst().workspace()).isEqualTo(WorkspaceName.DEFAULT);
    }

    @Test
    void the_fingerprint_is_the_one_that_openssh_prints() {
        PublicKeyLine line = PublicKeyLine.parse(
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB someone");

        // ssh-keygen -lf of that line
        assertThat(line.fingerprint().value()).isEqualTo("SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA");
        assertThat(line.line()).isEqualTo(KEY);
    }

    @Test
    void what_a_rule_leaves_out_has_its_default() {
        Rule rule = read(GOOD.substring(0, GOOD.indexOf("    environments")))
                .rules()
                .getFirst();

        assertThat(rule)
                .isEqualTo(new Rule(
                        "engineers",
                        Rule.Effect.ALLOW,
                        Set.of(new RoleName("engineer")),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        false,
                        0,
                        Duration.ofHours(8),
                        InputRecording.OFF,
                        FileRights.ALL,
                        Set.of()));
    }

    static Stream<Arguments> badInputs() {
        String blank = "AAAA";
        return Stream.of(
                wrong(
                        "    keys: [",
                        "    key: [",
                        "line 7: person \"engineer\" has an unknown key \"key\"; did you mean \"keys\"?"),
                wrong(
                        "rules:",
                        "rulez:",
                        "the section \"rules\" is missing; if there are none, write \"rules: []\"",
                        "line 14: the file has an unknown key \"rulez\"; did you mean \"rules\"?"),
                wrong(
                        "  approver: [terminal.approve]",
                        "  approver: [terminal.aprove]",
                        "line 3: role \"approver\": no permission is called \"terminal.aprove\"; did you mean"
                                + " \"terminal.approve\"?"),
                wrong(
                        "  approver: [terminal.approve]",
                        "  engineer: []",
                        "line 3: roles: \"engineer\" is here a second time (first on line 2)"),
                wrong(
                        "  approver: [terminal.approve]",
                        "  approver: [terminal.approve, terminal.approve]",
                        "line 3: role \"approver\" has \"APPROVE\" twice"),
                wrong(
                        "    roles: [engineer]\n    keys",
                        "    roles: [enginer]\n    keys",
                        "line 6: person \"engineer\", roles: there is no role \"enginer\"; did you mean \"engineer\"?"),
                wrong(
                        "  engineer:\n    roles",
                        "  new:\n    roles",
                        "line 5: people: person name \"new\" is a reserved word of the ssh user part"),
                wrong(
                        "  web-1:\n",
                        "  web/1:\n",
                        "line 9: targets: target name has '/' at position 4; allowed are letters, digits, . _ -, not"
                                + " starting with . or -",
                        "line 18: rule \"engineers\", targets: there is no target \"web-1\"; did you mean \"web/1\"?"),
                wrong(
                        "127.0.0.1:2201",
                        "127.0.0.1:99999",
                        "line 10: target \"web-1\", address: \"127.0.0.1:99999\" has port 99999; 1 to 65535 are"
                                + " allowed"),
                wrong(
                        "127.0.0.1:2201",
                        "-oProxyCommand=x",
                        "line 10: target \"web-1\", address: \"-oProxyCommand=x\" is not host:port; write"
                                + " web-1.example.org:22, 10.0.0.7:22 or [fd00::7]:22"),
                wrong(
                        "environment: staging",
                        "environment: stage",
                        "line 11: target \"web-1\", environment: there is no environment \"stage\"; there are:"
                                + " development, test, staging, production"),
                wrong("    environment: staging\n", "", "line 9: target \"web-1\" has no \"environment\""),
                wrong(
                        "logins: [root, deploy]",
                        "logins: []",
                        "line 9: target \"web-1\" has no \"logins\"; one at least is needed"),
                wrong(
                        "logins: [root, deploy]",
                        "logins: root",
                        "line 12: target \"web-1\", logins must be a list, as [one, two]",
                        "line 9: target \"web-1\" has no \"logins\"; one at least is needed"),
                wrong(
                        "targets: [web-1]",
                        "targets: [web-2]",
                        "line 18: rule \"engineers\", targets: there is no target \"web-2\"; did you mean \"web-1\"?"),
                wrong(
                        "targets: [web-1]",
                        "targets: []",
                        "line 18: rule \"engineers\" has an empty \"targets\", which would mean all; leave it out"),
                wrong(
                        "    roles: [engineer]\n    environments",
                        "    environments",
                        "line 15: rule \"engineers\" has no \"roles\" and would match nobody"),
                wrong(
                        "    longest: 1h30m",
                        "    longest: 8 hours",
                        "line 22: rule \"engineers\", longest: \"8 hours\" is not a length of time; write a number and"
                                + " w, d, h, m or s, as 8h, 30m or 1d"),
                wrong(
                        "    longest: 1h30m",
                        "    longest: 0h",
                        "line 22: rule \"engineers\", longest: \"0h\" is not a usable length of time; from 1s to 3660d"
                                + " is allowed"),
                wrong(
                        "approvals: 1",
                        "approvals: 2",
                        "line 21: rule \"engineers\", approvals: \"2\" is neither 0 nor 1"),
                wrong(
                        "record_input: masked",
                        "record_input: all",
                        "line 23: rule \"engineers\", record_input: \"all\" is none of off, masked and full"),
                wrong(
                        "sftp: [read]",
                        "sftp: [read, upload]",
                        "line 24: rule \"engineers\", sftp: \"upload\" is neither read nor write"),
                wrong(
                        "forward: [target-loopback",
                        "forward: [target-loopbak",
                        "line 25: rule \"engineers\", forward: \"target-loopbak\" is none of target-loopback, remote,"
                                + " agent, x11, a path of sockets as /run/app/*.sock, and host:port"),
                wrong(
                        "\"/run/app/*.sock\"",
                        "/run/../etc/x",
                        "line 25: rule \"engineers\", forward: \"/run/../etc/x\" is no absolute path without empty"
                                + " parts, \".\" and \"..\"; write it as /run/app/*.sock"),
                wrong(
                        "remote]",
                        "db.example:5432]",
                        "line 15: rule \"engineers\" asks for a reason or an approval, which a connection to no target"
                                + " cannot give; put the places in \"forward\" into a rule of their own"),
                wrong(
                        "remote]",
                        "db.example:70000]",
                        "line 25: rule \"engineers\", forward: \"db.example\" and port 70000 are no place; write it as"
                                + " db.example:5432"),
                wrong(
                        "- name: engineers",
                        "- effect: deny\n    name: engineers",
                        "line 26: rule \"engineers\" denies, and \"forward\" is what a rule lets through; leave it"
                                + " out"),
                wrong(
                        "sftp: [read]",
                        "sftp: {read: {paths: [srv]}, write: {largest: 1MB}}",
                        "line 24: rule \"engineers\", sftp, read, paths: \"srv\" is no pattern for paths: it must begin"
                                + " with / (what a login's home is, only the target knows)",
                        "line 24: rule \"engineers\", sftp, write, largest: \"1MB\" is not a size; write a number of"
                                + " bytes, or a number and KiB, MiB, GiB or TiB, as 100MiB"),
                wrong(
                        "sftp: [read]",
                        "sftp: {read: {path: []}, upload:, write: {paths: []}}",
                        "line 24: rule \"engineers\", sftp has an unknown key \"upload\"; there are: read, write",
                        "line 24: rule \"engineers\", sftp, read has an unknown key \"path\"; did you mean \"paths\"?",
                        "line 24: rule \"engineers\", sftp, write has an empty \"paths\", which would mean all; leave"
                                + " it out"),
                wrong(
                        "reason: true",
                        "reason: yes",
                        "line 20: rule \"engineers\", reason: \"yes\" is neither true nor false"),
                wrong(
                        "- name: engineers",
                        "- effect: alow\n    name: engineers",
                        "line 15: rule \"engineers\", effect: \"alow\" is neither allow nor deny"),
                wrong(
                        "- name: engineers\n    roles",
                        "- roles",
                        "line 15: the rule has no \"name\"; decisions are explained by it"),
                wrong(
                        KEY + " laptop",
                        KEY + "= laptop",
                        "line 7: person \"engineer\": the key has a base64 part that cannot be read; copy the whole"
                                + " line of the .pub file again"),
                wrong(
                        KEY,
                        KEY.substring(0, KEY.length() - 4),
                        "line 7: person \"engineer\": the key is cut short or damaged inside; copy the whole line of"
                                + " the .pub file again"),
                wrong(
                        KEY,
                        "ssh-rsa " + KEY.substring(KEY.indexOf(" ") + 1),
                        "line 7: person \"engineer\": the key says it is of type ssh-rsa and is of type"
                                + " \"ssh-ed25519\" inside"),
                wrong(
                        KEY,
                        "ssh-ed2519 " + blank,
                        "line 7: person \"engineer\": the key begins with \"ssh-ed2519\", which is not a key type; did"
                                + " you mean \"ssh-ed25519\"?"),
                wrong(
                        KEY,
                        "ssh-dss " + blank,
                        "line 7: person \"engineer\": the key is of type ssh-dss, which is too weak; make a new one"
                                + " with: ssh-keygen -t ed25519"),
                wrong(
                        "\"" + KEY + " laptop of an engineer\"",
                        "ssh-ed25519",
                        "line 7: person \"engineer\": the key ends after its type; the base64 part is missing"),
                wrong(
                        KEY,
                        "-----BEGIN OPENSSH PRIVATE KEY-----",
                        "line 7: person \"engineer\": the key is a private key; take it out of this file, replace it"
                                + " everywhere, and write the line of its .pub file here"),
                wrong(
                        "targets:\n  web-1",
                        "  second:\n    roles: [engineer]\n    keys: [\"" + KEY + "\"]\ntargets:\n  web-1",
                        "line 10: person \"second\" has the key "
                                + PublicKeyLine.parse(KEY).fingerprint()
                                + " of person \"engineer\" (line 7); a key says who somebody is, so only one person"
                                + " can have it"),
                wrong(
                        "rules:\n",
                        "rules:\n  - name: engineers\n    roles: [engineer]\n",
                        "line 17: rule \"engineers\" is here a second time (first on line 15)"));
    }

    private static Arguments wrong(String good, String bad, String... problems) {
        return arguments(good, bad, problems);
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void a_bad_file_is_refused_in_words_that_name_the_line(String good, String bad, String[] problems) {
        String text = GOOD.replace(good, bad);
        assertThat(text).isNotEqualTo(GOOD);

        assertThat(problems(text)).containsExactlyInAnyOrder(problems);
    }

    @Test
    void all_problems_come_in_one_message_in_the_order_of_the_file() {
        String text = GOOD.replace("environment: staging", "environment: stage")
                .replace("approvals: 1", "approvals: many")
                .replace("  approver: [", "  approver: [x, ");

        assertThat(words(text)).isEqualTo("""
            access.yaml has 3 problems; nothing was changed.
              line 3: role "approver": no permission is called "x"; there are: terminal.view_history, terminal.view_recording, terminal.download_recording, terminal.view_input, terminal.revoke, terminal.approve, terminal.share, policy.manage
              line 11: target "web-1", environment: there is no environment "stage"; there are: development, test, staging, production
              line 21: rule "engineers", approvals: "many" is neither 0 nor 1\
            """);
    }

    @Test
    void an_alias_shares_a_value() {
        String text = GOOD.replace("logins: [root, deploy]", "logins: &all [root, deploy]")
                .replace("logins: [root]", "logins: *all");

        assertThat(read(text).rules().getFirst().logins())
                .containsExactlyInAnyOrder(new Login("root"), new Login("deploy"));
    }

    @Test
    void a_bomb_of_aliases_is_refused() {
        String bomb = "a: &a [x]\n" + "b: [" + "*a, ".repeat(YamlTree.MOST_ALIASES) + "*a]\n";

        assertThat(problems(bomb)).containsExactly("line 2: more than 50 aliases; write the values out");
    }

    @Test
    void a_value_that_holds_itself_is_refused() {
        assertThat(problems("roles: &r\n  engineer: *r\npeople: {}\ntargets: {}\nrules: []\n"))
                .containsExactly("line 1: role \"engineer\" must be a list, as [one, two]");
    }

    @Test
    void endless_nesting_is_refused_before_it_overflows_a_stack() {
        assertThat(problems("[".repeat(1_000_000))).containsExactly("line 1: nested more than 20 levels deep");
    }

    @Test
    void a_file_above_4_MiB_is_refused() {
        assertThat(problems("#".repeat(AccessFile.LARGEST + 1))).containsExactly("larger than 4194304 bytes");
    }

    @Test
    void a_file_with_a_thousand_problems_shows_fifty() {
        String people = IntStream.range(0, 1000)
                .mapToObj(i -> "  p" + i + ": {role: []}\n")
                .collect(Collectors.joining());

        String words = words("roles: {}\npeople:\n" + people + "targets: {}\nrules: []\n");

        assertThat(words)
                .startsWith("access.yaml has 1000 problems; nothing was changed.\n")
                .endsWith("\n  and 950 more");
        assertThat(words.lines()).hasSize(52);
    }

    @Test
    void what_is_no_yaml_is_refused_with_its_line() {
        assertThat(problems("roles: {}\npeople: [\n"))
                .singleElement()
                .asString()
                .startsWith("line 3: not YAML: ");
        assertThat(problems("roles: {}\n---\nroles: {}\n"))
                .singleElement()
                .asString()
                .contains("not YAML: ");
        assertThat(problems(""))
                .containsExactly("the file is empty; it needs the sections roles, people, targets, rules");
        assertThat(problems("roles: !!java.net.URL [x]\npeople: {}\ntargets: {}\nrules: []\n"))
                .containsExactly("line 1: roles must be written as \"key: value\" lines");
    }

    @Test
    void text_that_could_mislead_a_terminal_is_shown_escaped() {
        assertThat(problems("\"\\e]0;x\\a\": 1\nroles: {}\npeople: {}\ntargets: {}\nrules: []\n"))
                .containsExactly(
                        "line 1: the file has an unknown key \"\\u{1b}]0;x\\u{7}\"; there are: roles, people, targets,"
                                + " rules");
    }

    @Test
    void a_file_that_is_not_there_is_said_in_words(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("access.yaml");
        assertThat(((AccessFile.Parsed.Wrong) AccessFile.read(file)).words())
                .isEqualTo("access.yaml has a problem; nothing was changed.\n  there is no file " + file);

        Files.writeString(file, GOOD);
        assertThat(AccessFile.read(file))
                .isInstanceOfSatisfying(
                        AccessFile.Parsed.Read.class,
                        read -> assertThat(read.sha256()).hasSize(64));
    }

    private static AccessDefinition read(String text) {
        return switch (parse(text)) {
            case AccessFile.Parsed.Read read -> read.definition();
            case AccessFile.Parsed.Wrong wrong -> throw new AssertionError(wrong.words());
        };
    }

    private static Stream<String> problems(String text) {
        return ((AccessFile.Parsed.Wrong) parse(text)).problems().stream().map(Problem::toString);
    }

    private static String words(String text) {
        return ((AccessFile.Parsed.Wrong) parse(text)).words();
    }

    private static AccessFile.Parsed parse(String text) {
        return AccessFile.parse("access.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
