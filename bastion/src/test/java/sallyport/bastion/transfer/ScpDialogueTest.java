package sallyport.bastion.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.FileAccess;
import sallyport.policy.TransferCommand;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

class ScpDialogueTest {

    private static final SessionId SESSION = new SessionId(new UUID(1, 2));

    /** printf %s hello | sha256sum */
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private ScpDialogue dialogue = up("/srv/a", false);
    private final List<String> lines = new ArrayList<>();
    private final List<AuditEvent> events = new ArrayList<>();

    private static ScpDialogue up(String path, boolean intoFolder) {
        return new ScpDialogue(SESSION, new TransferCommand.Scp(FileAccess.WRITE, path, intoFolder));
    }

    private static ScpDialogue down(String path) {
        return new ScpDialogue(SESSION, new TransferCommand.Scp(FileAccess.READ, path, false));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
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

    private void client(String text) {
        understood(dialogue.fromClient(bytes(text)));
    }

    private void target(String text) {
        understood(dialogue.fromTarget(bytes(text)));
    }

    private String brokenBy(Heard heard) {
        heard(heard.notes());
        assertThat(heard.rest()).isNotNull();
        return new String(heard.rest(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_file_that_is_sent_has_its_digest_once_the_target_has_it() {
        target("\0");
        client("T1700000000 0 1700000000 0\n");
        target("\0");
        client("C0644 5 a b\"c\n");
        target("\0");
        client("hello\0");
        assertThat(events).isEmpty();
        target("\0");
        assertThat(events)
                .containsExactly(new AuditEvent.FileWritten(
                        SESSION, "/srv/a, or /srv/a/a b\"c if that is a folder", 5, "", Optional.of(HELLO)));
        assertThat(lines)
                .containsExactly(
                        "open \"/srv/a\" or \"/srv/a/a b\\\"c\" to write",
                        "wrote \"/srv/a\" or \"/srv/a/a b\\\"c\": 5 bytes, sha256: " + HELLO);
        assertThat(dialogue.end()).isEmpty();
    }

    @Test
    void a_tree_has_the_paths_of_its_folders() {
        dialogue = down("/srv/tree");
        client("\0");
        target("D0755 0 tree\n");
        client("\0");
        target("D0755 0 sub\n");
        client("\0");
        target("C0600 5 one\n");
        client("\0");
        target("hello\0");
        client("\0");
        target("E\n");
        client("\0");
        target("C0600 0 two\n");
        client("\0");
        target("\0");
        client("\0");
        target("E\n");
        client("\0");
        assertThat(events)
                .extracting(event -> ((AuditEvent.FileRead) event).path())
                .containsExactly("/srv/tree/sub/one", "/srv/tree/two");
        assertThat(lines).contains("list \"/srv/tree/sub\"", "open \"/srv/tree/two\" to read");
    }

    @Test
    void a_folder_that_must_be_one_leaves_no_doubt() {
        for (String path : new String[] {"/srv/", "/srv/."}) {
            dialogue = up(path, false);
            client("C0644 0 a\n\0");
        }
        dialogue = up("/srv", true);
        client("D0755 0 d\nC0644 0 a\n\0");
        target("\0\0\0\0");
        assertThat(events)
                .containsExactly(
                        new AuditEvent.FileMade(SESSION, "/srv/d", "folder, if it was not there"),
                        new AuditEvent.FileWritten(
                                SESSION,
                                "/srv/d/a",
                                0,
                                "",
                                Optional.of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
        assertThat(lines).startsWith("open \"/srv/a\" to write", "open \"/srv/./a\" to write");
    }

    @Test
    void what_the_target_refuses_is_not_sent_and_the_next_file_is() {
        target("\0");
        client("C0644 5 a\n");
        target("\1scp: /srv/a: Permission denied\n");
        client("C0644 5 b\n");
        target("\0");
        client("hello\0");
        target("\1scp: disk \33[2Jfull\n");
        assertThat(lines)
                .contains(
                        "the target says: scp: /srv/a: Permission denied",
                        "write \"/srv/a\" or \"/srv/a/a\": failed: scp: /srv/a: Permission denied");
        assertThat(lines).noneMatch(line -> line.contains("\33"));
        assertThat(events)
                .containsExactly(new AuditEvent.FileWritten(
                        SESSION, "/srv/a, or /srv/a/b if that is a folder", 5, "0-4", Optional.empty()));
    }

    @Test
    void a_file_that_could_not_be_read_or_did_not_come_whole_has_no_digest() {
        dialogue = down("/srv/a");
        client("\0");
        target("C0644 5 a\n");
        client("\0");
        target("hello\1scp: read error\n");
        client("\0");
        target("C0644 500 b\n");
        client("\0");
        target("hel");
        heard(dialogue.end());
        assertThat(events)
                .containsExactly(
                        new AuditEvent.FileRead(SESSION, "/srv/a", 5, "0-4", Optional.empty()),
                        new AuditEvent.FileRead(SESSION, "/srv/a", 3, "0-2", Optional.empty()));
    }

    @Test
    void a_sender_that_waits_for_nothing_is_understood_unless_something_is_refused() {
        client("C0644 5 a\nhello\0C0644 5 b\nhello\0");
        target("\0\0\0\0\0");
        assertThat(events).hasSize(2);
        dialogue = up("/srv/a", false);
        client("C0644 5 a\nhello\0");
        target("\0");
        assertThat(brokenBy(dialogue.fromTarget(bytes("\1no\nand more")))).isEqualTo("and more");
        assertThat(lines).contains("the target says: no");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uid=0(root)\n",
                "\0",
                "C0644 5 ../a\n",
                "C0644 5 ..\n",
                "C0644 5 .\n",
                "C0644 5 \n",
                "C0644 -5 a\n",
                "C0644 99999999999999999999 a\n",
                "C644 5 a\n",
                "C0644  5 a\n",
                "C0644 5 a\0\n",
                "D0755 0 a/b\n",
                "T1 2 3\n",
                "T1 2 3 4 and this\n",
                "E\n",
                "Except this\n",
                "\3\n"
            })
    void what_is_no_record_is_recorded_from_its_beginning(String record) {
        dialogue = down("/srv/a");
        client("\0");
        StringBuilder rest = new StringBuilder();
        byte[] sent = bytes(record + "more");
        for (int at = 0; at < sent.length && rest.isEmpty(); at++) {
            Heard heard = dialogue.fromTarget(new byte[] {sent[at]});
            if (heard.rest() != null) {
                rest.append(brokenBy(heard))
                        .append(new String(sent, at + 1, sent.length - at - 1, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(rest).hasToString(record + "more");
    }

    @Test
    void an_answer_that_nobody_waits_for_and_a_line_without_end_are_no_protocol() {
        target("\0");
        assertThat(brokenBy(dialogue.fromTarget(bytes("\0secret")))).isEqualTo("\0secret");
        dialogue = up("/srv/a", false);
        String endless = "\1" + "x".repeat(5000);
        assertThat(brokenBy(dialogue.fromTarget(bytes(endless)))).isEqualTo(endless);
        dialogue = down("/srv/a");
        String name = "C0644 5 " + "x".repeat(5000);
        assertThat(brokenBy(dialogue.fromTarget(bytes(name)))).isEqualTo(name);
    }

    @Test
    void what_is_unfinished_at_the_end_is_written_down() {
        dialogue = down("/srv/a");
        target("C0644 5 secr\33et");
        heard(dialogue.end());
        assertThat(lines).containsExactly("unfinished: \"C0644 5 secr\\u{1b}et\"");
    }

    // --- every cut, and nonsense ---

    private static List<Object> all(ScpDialogue dialogue, byte[][] pieces, boolean fromTarget) {
        List<Note> notes = new ArrayList<>();
        for (byte[] piece : pieces) {
            notes.addAll((fromTarget ? dialogue.fromTarget(piece) : dialogue.fromClient(piece)).notes());
        }
        notes.addAll(dialogue.end());
        return List.copyOf(notes);
    }

    @Test
    void where_the_bytes_are_cut_makes_no_difference() {
        byte[] sent = bytes("T1 0 1 0\nD0755 0 d\nC0644 5 a\nhello\0E\n\1warning\nC0644 3 b\nxyz\0");
        List<Object> whole = all(down("/srv/a"), new byte[][] {sent}, true);
        assertThat(whole).hasSizeGreaterThan(4);
        for (int cut = 0; cut <= sent.length; cut++) {
            byte[][] pieces = {Arrays.copyOf(sent, cut), Arrays.copyOfRange(sent, cut, sent.length)};
            assertThat(all(down("/srv/a"), pieces, true)).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void of_every_truncation_nothing_breaks() {
        byte[] sent = bytes("T1 0 1 0\nD0755 0 d\nC0644 5 a\nhello\0E\n");
        Set<Integer> counts = new HashSet<>();
        for (int cut = 0; cut <= sent.length; cut++) {
            counts.add(all(up("/srv/a", false), new byte[][] {Arrays.copyOf(sent, cut)}, false)
                    .size());
        }
        assertThat(counts).hasSizeGreaterThan(2);
    }

    /** Whatever comes: nothing is thrown, and of what breaks the protocol no byte is missing in what is recorded. */
    @Test
    void random_bytes_are_protocol_or_recorded() {
        Random random = new Random(11);
        byte[] alphabet = bytes("\0\1\2CDTE0123456789 \nab/.");
        int understood = 0;
        for (int i = 0; i < 50_000; i++) {
            ScpDialogue any = random.nextBoolean() ? up("/srv/a", false) : down("/srv/a");
            ByteArrayOutputStream stdout = new ByteArrayOutputStream();
            byte[] recorded = null;
            for (int turn = 0; turn < 6 && recorded == null; turn++) {
                byte[] piece = new byte[random.nextInt(20)];
                for (int b = 0; b < piece.length; b++) {
                    piece[b] = random.nextInt(10) == 0
                            ? (byte) random.nextInt(256)
                            : alphabet[random.nextInt(alphabet.length)];
                }
                if (random.nextBoolean()) {
                    stdout.writeBytes(piece);
                    recorded = any.fromTarget(piece).rest();
                } else if (any.fromClient(piece).rest() != null) {
                    break;
                }
            }
            if (recorded == null) {
                understood++;
            } else {
                byte[] all = stdout.toByteArray();
                assertThat(recorded).isEqualTo(Arrays.copyOfRange(all, all.length - recorded.length, all.length));
            }
            assertThat(any.end()).isNotNull();
        }
        assertThat(understood).isPositive();
    }
}
