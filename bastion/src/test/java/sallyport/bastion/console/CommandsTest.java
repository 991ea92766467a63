package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.admin.Caller;
import sallyport.policy.Command;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;

/** Which line means which command with what, and what is said about the others. */
class CommandsTest {

    private final List<String> ran = new ArrayList<>();
    private final FakeTerminal client = FakeTerminal.xterm();

    private final Commands commands = new Commands(List.of(
            Verb.named("session list", "sessions", note("list", List.of("--target"), List.of("--json")))
                    .withWord("--target", "NAME", "only there")
                    .withWord("-o", "id", "ids")
                    .withFlag("--json", "data"),
            Verb.named("session revoke", "end one", note("revoke", List.of("ID", "--reason"), List.of("--yes")))
                    .withPositional("ID", "which")
                    .withRequiredText("--reason", "WORDS", "why")
                    .withFlag("--yes", "do not ask"),
            Verb.named("session create", "open one", created())
                    .withPositional("TARGET", "where")
                    .withWord("--name", "NAME", "what to call it")
                    .withText("--reason", "WORDS", "why")
                    .withCommand("what runs in it"),
            Verb.named("session rename", "call it", (_, given) -> {
                        ran.add("rename " + given.positional(0) + " to " + given.positional(1));
                        return Exit.OK;
                    })
                    .withPositional("ID", "which")
                    .withPositional("NAME", "what"),
            Verb.named("session clear", "hide", (_, given) -> {
                        ran.add("clear " + given.optional());
                        return Exit.OK;
                    })
                    .withOptional("ID", "which"),
            Verb.named("me", "who you are", note("me", List.of(), List.of()))));

    private Verb.Action note(String name, List<String> values, List<String> flags) {
        return (_, given) -> {
            StringBuilder text = new StringBuilder(name);
            for (String value : values) {
                Optional<String> said = value.startsWith("--") ? given.option(value) : Optional.of(given.positional());
                said.ifPresent(v ->
                        text.append(' ').append(value).append('[').append(v).append(']'));
            }
            flags.stream().filter(given::has).forEach(f -> text.append(' ').append(f));
            ran.add(text.toString());
            return Exit.OK;
        };
    }

    private Verb.Action created() {
        return (_, given) -> {
            ran.add("create " + given.positional()
                    + given.option("--name").map(n -> " name[" + n + "]").orElse("")
                    + given.option("--reason").map(r -> " reason[" + r + "]").orElse("")
                    + given.command().map(c -> " command[" + c.text() + "]").orElse(""));
            return Exit.OK;
        };
    }

    private Exit run(String line) throws IOException {
        Person person = new Person(new PersonId(new UUID(0, 1)), new PersonName("engineer"), Set.of(), Set.of());
        ConsoleChannel channel = client.plainChannel();
        return commands.run(
                new Call(
                        new Caller(person, "::1", Optional.empty()),
                        Instant.EPOCH,
                        new Output(channel),
                        channel,
                        new NoDoors()),
                new Command(line.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "session list | list",
                "  session   list  --json | list --json",
                "session list --target web-1 | list --target[web-1]",
                "session list --target=web-1 --json | list --target[web-1] --json",
                "session list --target @/etc/passwd | list --target[@/etc/passwd]",
                "session list --target ${sys:user.name} | list --target[${sys:user.name}]",
                "session list --target $(id) | list --target[$(id)]",
                "session revoke 8KXN --reason rm outside window --yes | revoke ID[8KXN] --reason[rm outside window]"
                        + " --yes",
                "session revoke --reason rm outside window --yes 8KXN | revoke ID[8KXN] --reason[rm outside window]"
                        + " --yes",
                "session revoke --reason 'rm outside' 8KXN | revoke ID[8KXN] --reason[rm outside]",
                "session revoke --reason=\"rm outside\" 8KXN | revoke ID[8KXN] --reason[rm outside]",
                "session revoke 8KXN --reason=rm outside | revoke ID[8KXN] --reason[rm outside]",
                "session revoke 8KXN --reason it's -9 -- again | revoke ID[8KXN] --reason[it's -9 -- again]",
                "session revoke 8KXN --reason '--yes' | revoke ID[8KXN] --reason[--yes]",
                "session revoke 8KXN --reason a=b @file | revoke ID[8KXN] --reason[a=b @file]",
                "session create web-1 | create web-1",
                "session create web-1 --name x -- sh -c 'a  b' | create web-1 name[x] command[sh -c 'a  b']",
                "session create web-1 --reason it's full -- df  -h --help | create web-1 reason[it's full] command[df "
                        + " -h --help]",
                "session create web-1 --reason 'a -- b' -- ls | create web-1 reason[a -- b] command[ls]",
                "session create web-1 --reason '--' -- ls | create web-1 reason[--] command[ls]",
                "session create web-1 --   ls -- x | create web-1 command[  ls -- x]",
                "session rename a b | rename a to b",
                "session clear | clear Optional.empty",
                "session clear 8KXN | clear Optional[8KXN]",
                "me | me",
            })
    void a_line_means_a_command(String line, String meant) throws IOException {
        assertThat(run(line)).isEqualTo(Exit.OK);

        assertThat(ran).containsExactly(meant);
        assertThat(client.out()).isEmpty();
        assertThat(client.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sesion list | no command \"sesion\"; did you mean \"session list\"?",
                "sessions | no command \"sessions\"; did you mean \"session\"?",
                "zzz | no command \"zzz\".",
                "session lst | no command \"session lst\"; did you mean \"session list\"?",
                "session | usage: ssh bastion session list [--target NAME] [-o id] [--json]",
                "session list --jsn | session list has no option \"--jsn\"; did you mean \"--json\"?",
                "session list web-1 | \"web-1\" is one word too many for session list.",
                "session list --target | --target NAME is missing.",
                "session list --json --json | --json is given twice.",
                "session revoke --reason why | ID is missing.",
                "session revoke | ID and --reason WORDS are missing.",
                "session revoke --reason why 8KXN | It must stand before the text",
                "session revoke 8KXN --reason | WORDS is missing after --reason",
                "session revoke 8KXN --reason --yes | WORDS is missing after --reason",
                "session revoke 8KXN --reason why --force | If it belongs to the text, put the text in quotes twice.",
                "session create -- ls | TARGET is missing.",
                "session create web-1 --  | COMMAND is missing behind --.",
                "session create web-1 --name -- ls | --name NAME is missing.",
                "session rename a | NAME is missing.",
                "session rename a b c | \"c\" is one word too many for session rename.",
                "session clear a b | \"b\" is one word too many for session clear.",
                "me too | \"too\" is one word too many for me.",
                "help sesion | no command \"sesion\"; did you mean \"session\"?",
            })
    void a_line_that_means_none_is_answered_in_words_on_stderr(String line, String words) throws IOException {
        assertThat(run(line)).isEqualTo(Exit.USAGE);

        assertThat(ran).isEmpty();
        assertThat(client.out()).isEmpty();
        assertThat(client.err()).contains(words);
        assertThat(client.err().lines()).allMatch(l -> l.startsWith("bastion: "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | ssh bastion COMMAND",
                "help | session revoke  end one",
                "--help | ssh bastion COMMAND",
                "help session | ssh bastion session revoke ID --reason WORDS [--yes]",
                "session --help | ssh bastion session revoke ID --reason WORDS [--yes]",
                "session revoke --help | do not ask",
                "session revoke -h | do not ask",
                "help session revoke | --reason",
            })
    void help_is_data(String line, String words) throws IOException {
        assertThat(run(line == null ? "" : line)).isEqualTo(Exit.OK);

        assertThat(client.out()).contains(words).doesNotContain("\033");
        assertThat(client.err()).isEmpty();
    }

    @Test
    void help_for_completion_scripts_is_one_document() throws IOException {
        assertThat(run("help --json")).isEqualTo(Exit.OK);

        assertThat(client.out())
                .startsWith("{\"items\":[")
                .contains(
                        "{\"name\":\"--reason\",\"kind\":\"text\",\"value\":\"WORDS\",\"required\":true,\"summary\":\"why\"}")
                .hasLineCount(1);
    }

    @Test
    void a_command_for_another_machine_passes_byte_for_byte() throws IOException {
        byte[] line = "session create \u00e9-1 --reason caf\u00e9 -- printf \u00ff'\\n  ${x} \u0080\n\ttab "
                .getBytes(StandardCharsets.ISO_8859_1);

        Words.Parts parts = Words.atDashes(new Command(line));

        assertThat(new String(parts.command().orElseThrow().bytes(), StandardCharsets.ISO_8859_1))
                .isEqualTo("printf \u00ff'\\n  ${x} \u0080\n\ttab ");
        assertThat(parts.words()).startsWith("session create").endsWith("--reason caf\ufffd ");
    }

    @Test
    void a_command_for_another_machine_is_shown_in_the_help() throws IOException {
        run("session create --help");
        run("help --json");

        assertThat(client.out())
                .contains("session create TARGET [--name NAME] [--reason WORDS] [-- COMMAND…]", "what runs in it")
                .contains("{\"name\":\"-- COMMAND\\u2026\",\"kind\":\"command\",\"value\":\"COMMAND\"");
    }

    @Test
    void a_line_beyond_the_limit_is_refused_before_it_is_looked_at() throws IOException {
        assertThat(run("me " + "x".repeat(Words.LONGEST_LINE))).isEqualTo(Exit.USAGE);

        assertThat(client.err()).contains("16384 at most");
    }

    @ParameterizedTest
    @MethodSource("sallyport.bastion.console.Hostile#texts")
    void what_was_typed_is_quoted_inert(String text) throws IOException {
        run("'" + text + "' x");
        run("session '" + text + "'");
        run("session list '" + text + "'");
        run("session list '--" + text + "'");
        run("help '" + text + "'");

        assertThat(Hostile.isInert(client.err())).as(client.err()).isTrue();
        assertThat(client.err().lines()).allMatch(l -> l.startsWith("bastion: "));
    }
}
