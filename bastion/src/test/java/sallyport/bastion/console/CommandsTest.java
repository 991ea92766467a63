package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

    private Exit run(String line) throws IOException {
        Person person = new Person(new PersonId(new UUID(0, 1)), new PersonName("engineer"), Set.of(), Set.of());
        ConsoleChannel channel = client.plainChannel();
        return commands.run(
                new Call(new Caller(person, "::1", Optional.empty()), Instant.EPOCH, new Output(channel), channel),
                line);
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
