package sallyport.bastion.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.FileAccess;
import sallyport.policy.TransferCommand;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

class GitDialogueTest {

    private static final SessionId SESSION = new SessionId(new UUID(1, 2));
    private static final String OLD = "0".repeat(40);
    private static final String NEW = "1234567890".repeat(4);

    private final GitDialogue push =
            new GitDialogue(SESSION, new TransferCommand.Git(FileAccess.WRITE, "/srv/a b.git"));
    private final GitDialogue fetch = new GitDialogue(SESSION, new TransferCommand.Git(FileAccess.READ, "/srv/a"));
    private final List<String> lines = new ArrayList<>();
    private final List<AuditEvent> events = new ArrayList<>();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String line(String text) {
        return "%04x%s".formatted(text.length() + 4, text);
    }

    private void heard(List<Note> notes) {
        notes.forEach(note -> {
            note.line().ifPresent(lines::add);
            note.event().ifPresent(events::add);
        });
    }

    private void understood(Heard heard) {
        assertThat(heard.rest()).isNull();
        heard(heard.notes());
    }

    @Test
    void a_push_says_which_refs_and_what_became_of_them() {
        String advertised = line(OLD + " capabilities^{}\0report-status side-band-64k") + "0000";
        String commands = line(OLD + " " + NEW + " refs/heads/main\0 report-status side-band-64k")
                + line(NEW + " " + OLD + " refs/heads/o\33ld") + line(OLD + " " + NEW + " refs/heads/third") + "0000";
        String pack = "PACK not looked at";
        String report = line("unpack ok\n") + line("ok refs/heads/main\n") + line("ng refs/heads/o\33ld no deleting\n")
                + "0000";
        String answer = line("\2progress") + line("\1" + report.substring(0, 30)) + line("\1" + report.substring(30))
                + line("\3hook says \33no\n") + "0000";
        understood(push.fromTarget(bytes(advertised)));
        understood(push.fromClient(bytes(commands + pack)));
        understood(push.fromTarget(bytes(answer)));
        heard(push.end());
        assertThat(lines)
                .startsWith(
                        "git-receive-pack \"/srv/a b.git\"",
                        "push to \"/srv/a b.git\": refs/heads/main from " + OLD + " to " + NEW)
                .containsSubsequence("the target says: progress", "the target says: hook says \\u{1b}no");
        assertThat(events)
                .containsExactly(new AuditEvent.FilesCopied(
                        SESSION,
                        "git-receive-pack",
                        "write",
                        "/srv/a b.git",
                        advertised.length() + answer.length(),
                        commands.length() + pack.length(),
                        "refs/heads/main: done; refs/heads/o\\u{1b}ld: refused (no deleting);"
                                + " refs/heads/third: asked for"));
    }

    @Test
    void where_the_bytes_are_cut_makes_no_difference() {
        byte[] sent = bytes(line("one") + "0000" + "0001" + line("\1pack") + "0004" + line("\3no\n") + "0002");
        for (int cut = 0; cut <= sent.length; cut++) {
            GitDialogue again = new GitDialogue(SESSION, new TransferCommand.Git(FileAccess.READ, "/srv/a"));
            List<Note> notes = new ArrayList<>();
            for (byte[] piece : List.of(Arrays.copyOf(sent, cut), Arrays.copyOfRange(sent, cut, sent.length))) {
                Heard heard = again.fromTarget(piece);
                assertThat(heard.rest()).isNull();
                notes.addAll(heard.notes());
            }
            assertThat(notes)
                    .containsExactly(Note.line("git-upload-pack \"/srv/a\""), Note.line("the target says: no"));
        }
    }

    /** Nobody sees the end of a long one by itself. */
    @Test
    void all_that_people_are_shown_is_noted() {
        String shown = "0123456789".repeat(1000);
        understood(fetch.fromTarget(bytes(line("\2" + shown))));
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("the target says: "))
                        .map(line -> line.substring("the target says: ".length())))
                .hasSize(3)
                .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(shown));
    }

    @Test
    void where_the_client_speaks_no_git_everything_is_recorded_from_there_on() {
        understood(push.fromTarget(bytes(line("one"))));
        Heard heard = push.fromClient(bytes("id\n"));
        assertThat(heard.rest()).isEqualTo(bytes("id\n"));
        heard(heard.notes());
        assertThat(lines).contains("the client says what is not git; its refs are not known");
        assertThat(events).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PACK", "0003", "ffff", "fff1", "00 8", "uid=0(root)", "\0"})
    void what_is_no_line_is_recorded_from_its_beginning(String other) {
        byte[] rest = bytes(other + " and more");
        for (int cut = 0; cut < 4; cut++) {
            GitDialogue again = new GitDialogue(SESSION, new TransferCommand.Git(FileAccess.READ, "/srv/a"));
            byte[] first = Arrays.copyOf(bytes(line("one") + other), 7 + Math.min(cut, other.length()));
            Heard heard = again.fromTarget(first);
            byte[] recorded = heard.rest();
            byte[] second = Arrays.copyOfRange(bytes(line("one") + other + " and more"), first.length, 7 + rest.length);
            if (recorded == null) {
                recorded = again.fromTarget(second).rest();
            } else {
                byte[] both = Arrays.copyOf(recorded, recorded.length + second.length);
                System.arraycopy(second, 0, both, recorded.length, second.length);
                recorded = both;
            }
            assertThat(recorded).isEqualTo(rest);
        }
    }

    @Test
    void random_bytes_break_nothing() {
        Random random = new Random(3);
        int understood = 0;
        for (int i = 0; i < 20_000; i++) {
            GitDialogue any = new GitDialogue(
                    SESSION, new TransferCommand.Git(i % 2 == 0 ? FileAccess.READ : FileAccess.WRITE, "/srv/a"));
            StringBuilder sent = new StringBuilder();
            for (int part = 0; part < 5; part++) {
                byte[] content = new byte[random.nextInt(12)];
                random.nextBytes(content);
                String text = new String(content, StandardCharsets.ISO_8859_1);
                sent.append(random.nextInt(8) == 0 ? text : random.nextInt(4) == 0 ? "0000" : line(text));
            }
            boolean asks = any.fromClient(bytes(sent.toString())).rest() == null;
            if (asks && any.fromTarget(bytes(sent.toString())).rest() == null) {
                understood++;
                assertThat(any.end()).hasSize(1);
            }
        }
        assertThat(understood).isPositive();
        assertThat(fetch.end()).isEmpty();
    }
}
