package sallyport.bastion.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.policy.FileAccess;
import sallyport.policy.FileRights;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

class ConversationTest {

    private static final SessionId SESSION = new SessionId(new UUID(1, 2));

    /** printf %s hello | sha256sum */
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    /** sha256sum /dev/null */
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private Conversation conversation;

    @BeforeEach
    void begin() throws NotSftp {
        begin(FileRights.ALL);
    }

    private void begin(FileRights allowed) throws NotSftp {
        conversation = new Conversation(SESSION, allowed);
        conversation.request(Sent.packet(PacketType.INIT).u32(3).bytes());
        assertThat(said(Sent.packet(PacketType.VERSION)
                        .u32(3)
                        .string("x")
                        .string("1")
                        .bytes()))
                .isEmpty();
    }

    // --- a client and a target ---

    private void passes(Sent request) throws NotSftp {
        assertThat(conversation.request(request.bytes())).isInstanceOf(Verdict.Forward.class);
    }

    private static Sent status(int id, int code) {
        return Sent.request(PacketType.STATUS, id)
                .u32(code)
                .string("as the target says")
                .string("");
    }

    private void open(int id, String name, int flags, String handle) throws NotSftp {
        passes(Sent.request(PacketType.OPEN, id).string(name).u32(flags).u32(0));
        answered(Sent.request(PacketType.HANDLE, id).string(handle));
    }

    private List<Note> close(int id, String handle) throws NotSftp {
        passes(Sent.request(PacketType.CLOSE, id).string(handle));
        return said(status(id, PacketType.OK).bytes());
    }

    /** What is written down of an answer that passes. */
    private List<Note> said(byte[] answer) throws NotSftp {
        Reply reply = conversation.answer(answer);
        assertThat(reply).isInstanceOf(Reply.Pass.class);
        return ((Reply.Pass) reply).notes();
    }

    private static Sent read(int id, String handle, long offset, long length) {
        return Sent.request(PacketType.READ, id).string(handle).u64(offset).u32(length);
    }

    private static Sent write(int id, String handle, long offset, String data) {
        return Sent.request(PacketType.WRITE, id).string(handle).u64(offset).string(data);
    }

    private void answered(Sent answer) throws NotSftp {
        assertThat(said(answer.bytes())).isEmpty();
    }

    private static AuditEvent event(List<Note> notes) {
        assertThat(notes).hasSize(1);
        return notes.getFirst().event().orElseThrow();
    }

    // --- digests ---

    @Test
    void a_file_that_is_read_in_order_up_to_its_end_has_its_digest() throws NotSftp {
        open(1, "/f", OpenFile.READ, "h");
        passes(read(2, "h", 0, 3));
        passes(read(3, "h", 3, 3));
        passes(read(4, "h", 6, 3));
        answered(Sent.request(PacketType.DATA, 2).string("hel"));
        answered(Sent.request(PacketType.DATA, 3).string("lo"));
        answered(status(4, PacketType.EOF));
        passes(read(5, "h", 5, 1));
        answered(status(5, PacketType.EOF));
        List<Note> notes = close(6, "h");
        assertThat(event(notes)).isEqualTo(new AuditEvent.FileRead(SESSION, "/f", 5, "", Optional.of(HELLO)));
        assertThat(notes.getFirst().line()).contains("read \"/f\": 5 bytes, sha256: " + HELLO);
    }

    @Test
    void a_client_that_knows_the_size_need_not_read_to_the_end() throws NotSftp {
        passes(Sent.request(PacketType.STAT, 1).string("/f"));
        answered(Sent.request(PacketType.ATTRS, 1).u32(1).u64(5));
        open(2, "/f", OpenFile.READ, "h");
        passes(read(3, "h", 0, 5));
        answered(Sent.request(PacketType.DATA, 3).string("hello"));
        assertThat(event(close(4, "h"))).isEqualTo(new AuditEvent.FileRead(SESSION, "/f", 5, "", Optional.of(HELLO)));
    }

    @Test
    void what_is_read_in_another_order_twice_or_not_to_the_end_has_no_digest() throws NotSftp {
        open(1, "/f", OpenFile.READ, "h");
        passes(read(2, "h", 0, 2));
        answered(Sent.request(PacketType.DATA, 2).string("he"));
        assertThat(event(close(3, "h"))).isEqualTo(new AuditEvent.FileRead(SESSION, "/f", 2, "0-1", Optional.empty()));

        open(1, "/f", OpenFile.READ, "h");
        passes(read(2, "h", 2, 3));
        passes(read(3, "h", 0, 2));
        passes(read(4, "h", 5, 2));
        answered(Sent.request(PacketType.DATA, 2).string("llo"));
        answered(Sent.request(PacketType.DATA, 3).string("he"));
        answered(status(4, PacketType.EOF));
        assertThat(event(close(5, "h")))
                .isEqualTo(new AuditEvent.FileRead(SESSION, "/f", 5, "in pieces", Optional.empty()));
    }

    @Test
    void a_file_that_is_written_in_order_has_its_digest_only_if_nothing_of_before_can_be_left() throws NotSftp {
        open(1, "/f", OpenFile.WRITE | OpenFile.CREATE | OpenFile.TRUNCATE, "h");
        passes(write(2, "h", 0, "hel"));
        passes(write(3, "h", 3, "lo"));
        answered(status(3, PacketType.OK));
        answered(status(2, PacketType.OK));
        assertThat(event(close(4, "h")))
                .isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 5, "", Optional.of(HELLO)));

        open(1, "/f", OpenFile.WRITE | OpenFile.CREATE, "h");
        passes(write(2, "h", 0, "hello"));
        answered(status(2, PacketType.OK));
        assertThat(event(close(4, "h")))
                .isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 5, "0-4", Optional.empty()));

        open(1, "/f", OpenFile.WRITE | OpenFile.CREATE, "h");
        passes(write(2, "h", 0, "hello"));
        answered(status(2, PacketType.OK));
        passes(Sent.request(PacketType.FSETSTAT, 3).string("h").u32(1).u64(5));
        answered(status(3, PacketType.OK));
        assertThat(event(close(4, "h")))
                .isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 5, "", Optional.of(HELLO)));

        open(1, "/f", OpenFile.WRITE | OpenFile.CREATE | OpenFile.TRUNCATE, "h");
        assertThat(event(close(4, "h")))
                .isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 0, "", Optional.of(EMPTY)));
    }

    @Test
    void what_the_target_did_not_write_or_did_not_answer_has_no_digest() throws NotSftp {
        open(1, "/f", OpenFile.WRITE | OpenFile.TRUNCATE, "h");
        passes(write(2, "h", 0, "hello"));
        answered(status(2, PacketType.FAILURE));
        List<Note> notes = close(3, "h");
        assertThat(event(notes)).isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 5, "0-4", Optional.empty()));
        assertThat(notes.getFirst().line())
                .hasValueSatisfying(
                        line -> assertThat(line).endsWith("sha256: none (partial), the target refused some"));

        open(1, "/g", OpenFile.WRITE | OpenFile.TRUNCATE, "h");
        passes(write(2, "h", 0, "hello"));
        assertThat(event(conversation.end()))
                .isEqualTo(new AuditEvent.FileWritten(SESSION, "/g", 5, "0-4", Optional.empty()));
        assertThat(conversation.end()).isEmpty();
    }

    @Test
    void a_file_that_was_not_closed_may_not_be_all_that_was_to_come() throws NotSftp {
        open(1, "/f", OpenFile.WRITE | OpenFile.TRUNCATE, "h");
        passes(write(2, "h", 0, "hello"));
        answered(status(2, PacketType.OK));
        assertThat(event(conversation.end()))
                .isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 5, "0-4", Optional.empty()));
    }

    @Test
    void a_file_that_is_cut_elsewhere_than_where_its_writing_ends_was_changed() throws NotSftp {
        open(1, "/f", OpenFile.WRITE, "h");
        passes(Sent.request(PacketType.FSETSTAT, 2).string("h").u32(1).u64(100));
        assertThat(event(said(status(2, PacketType.OK).bytes())))
                .isEqualTo(new AuditEvent.FileChanged(SESSION, "/f", "size 100"));
        assertThat(event(close(3, "h"))).isEqualTo(new AuditEvent.FileWritten(SESSION, "/f", 0, "", Optional.empty()));
    }

    @Test
    void what_the_target_copies_by_itself_leaves_an_event_and_no_digest() throws NotSftp {
        open(1, "/from", OpenFile.READ, "a");
        open(2, "/to", OpenFile.WRITE | OpenFile.TRUNCATE, "b");
        passes(Sent.request(PacketType.EXTENDED, 3)
                .string("copy-data")
                .string("a")
                .u64(0)
                .u64(0)
                .string("b")
                .u64(0));
        assertThat(event(said(status(3, PacketType.OK).bytes())))
                .isEqualTo(new AuditEvent.FileChanged(SESSION, "/to", "copied from /from"));
        assertThat(event(close(4, "b"))).isEqualTo(new AuditEvent.FileWritten(SESSION, "/to", 0, "", Optional.empty()));
    }

    // --- names ---

    @Test
    void names_are_shown_so_that_they_mislead_nobody() {
        assertThat(new FileName("a b\"c\\d".getBytes(StandardCharsets.UTF_8)).quoted())
                .isEqualTo("\"a b\\\"c\\\\d\"");
        assertThat(new FileName(new byte[] {'a', (byte) 0xff, '\n', 27, (byte) 0xc3, (byte) 0xa4, (byte) 0xc3}).text())
                .isEqualTo("a\\xff\\u{a}\\u{1b}\u00e4\\xc3");
    }

    @Test
    void names_that_a_target_could_take_for_others_are_refused_and_everything_else_goes_on() throws NotSftp {
        for (String name : new String[] {"/etc/passwd\0.txt", "x".repeat(FileName.LONGEST + 1)}) {
            Verdict verdict = conversation.request(
                    Sent.request(PacketType.REMOVE, 7).string(name).bytes());
            assertThat(verdict)
                    .isInstanceOfSatisfying(
                            Verdict.Refused.class,
                            refused -> assertThat(refused.answer())
                                    .startsWith(0, 0, 0)
                                    .contains(PacketType.STATUS));
        }
        passes(Sent.request(PacketType.REMOVE, 7).string("x".repeat(FileName.LONGEST)));
    }

    @Test
    void not_more_than_so_many_files_are_open_at_a_time() throws NotSftp {
        for (int i = 0; i < Conversation.MOST_OPEN; i++) {
            open(i, "/f", OpenFile.READ, "h" + i);
        }
        Sent another = Sent.request(PacketType.OPEN, 9999)
                .string("/f")
                .u32(OpenFile.READ)
                .u32(0);
        assertThat(conversation.request(another.bytes())).isInstanceOf(Verdict.Refused.class);
        close(1, "h3");
        passes(another);
    }

    // --- what is allowed ---

    static List<Sent> changes() {
        return List.of(
                Sent.request(PacketType.OPEN, 9)
                        .string("/f")
                        .u32(OpenFile.WRITE)
                        .u32(0),
                Sent.request(PacketType.OPEN, 9)
                        .string("/f")
                        .u32(OpenFile.READ | OpenFile.WRITE)
                        .u32(0),
                Sent.request(PacketType.OPEN, 9)
                        .string("/f")
                        .u32(OpenFile.READ | OpenFile.APPEND)
                        .u32(0),
                Sent.request(PacketType.OPEN, 9)
                        .string("/f")
                        .u32(OpenFile.READ | OpenFile.CREATE)
                        .u32(0),
                Sent.request(PacketType.OPEN, 9)
                        .string("/f")
                        .u32(OpenFile.READ | OpenFile.TRUNCATE)
                        .u32(0),
                Sent.request(PacketType.REMOVE, 9).string("/f"),
                Sent.request(PacketType.RMDIR, 9).string("/f"),
                Sent.request(PacketType.MKDIR, 9).string("/f").u32(0),
                Sent.request(PacketType.RENAME, 9).string("/f").string("/g"),
                Sent.request(PacketType.SYMLINK, 9).string("/f").string("/g"),
                Sent.request(PacketType.SETSTAT, 9).string("/f").u32(4).u32(0777),
                Sent.request(PacketType.FSETSTAT, 9).string("h").u32(4).u32(0777),
                Sent.request(PacketType.FSETSTAT, 9).string("h").u32(1).u64(0),
                Sent.request(PacketType.EXTENDED, 9)
                        .string("posix-rename@openssh.com")
                        .string("/f")
                        .string("/g"),
                Sent.request(PacketType.EXTENDED, 9)
                        .string("hardlink@openssh.com")
                        .string("/f")
                        .string("/g"),
                Sent.request(PacketType.EXTENDED, 9)
                        .string("lsetstat@openssh.com")
                        .string("/f")
                        .u32(0),
                write(9, "h", 0, "hello"),
                Sent.request(PacketType.EXTENDED, 9)
                        .string("copy-data")
                        .string("h")
                        .u64(0)
                        .u64(0)
                        .string("h")
                        .u64(0));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whoever_may_only_read_changes_nothing(Sent change) throws NotSftp {
        begin(FileRights.of(Set.of(FileAccess.READ)));
        open(1, "/open", OpenFile.READ, "h");
        assertThat(conversation.request(change.bytes())).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            ByteBuffer answer = ByteBuffer.wrap(refused.answer());
            assertThat(answer.getInt()).isEqualTo(refused.answer().length - 4);
            assertThat(answer.get()).isEqualTo((byte) PacketType.STATUS);
            assertThat(answer.getInt()).isEqualTo(9);
            assertThat(answer.getInt()).isIn(PacketType.PERMISSION_DENIED, PacketType.FAILURE);
            assertThat(refused.notes()).isNotEmpty();
        });
        passes(read(9, "h", 0, 5));
    }

    @Test
    void whoever_may_only_write_reads_nothing() throws NotSftp {
        begin(FileRights.of(Set.of(FileAccess.WRITE)));
        open(1, "/open", OpenFile.WRITE, "h");
        for (Sent reading : List.of(
                Sent.request(PacketType.OPEN, 9).string("/f").u32(OpenFile.READ).u32(0),
                Sent.request(PacketType.OPEN, 9)
                        .string("/f")
                        .u32(OpenFile.READ | OpenFile.WRITE)
                        .u32(0),
                read(9, "h", 0, 1),
                read(9, "unknown", 0, 1))) {
            assertThat(conversation.request(reading.bytes())).isInstanceOf(Verdict.Refused.class);
        }
        passes(write(9, "h", 0, "hello"));
    }

    @Test
    void what_is_open_already_is_no_exception_when_rules_change() throws NotSftp {
        open(1, "/f", OpenFile.READ | OpenFile.WRITE | OpenFile.TRUNCATE, "h");
        passes(write(2, "h", 0, "hello"));
        answered(status(2, PacketType.OK));
        conversation.allow(FileRights.of(Set.of(FileAccess.READ)));
        assertThat(conversation.request(write(3, "h", 5, " again").bytes()))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.words())
                                .contains("changing files is not allowed to you here; refused: write \"/f\""));
        passes(read(3, "h", 0, 5));
        conversation.allow(FileRights.NONE);
        assertThat(conversation.request(read(4, "h", 0, 5).bytes())).isInstanceOf(Verdict.Refused.class);
        answered(Sent.request(PacketType.DATA, 3).string("hello"));
        assertThat(close(5, "h"))
                .extracting(note -> note.event().orElseThrow())
                .contains(new AuditEvent.FileWritten(SESSION, "/f", 5, "", Optional.of(HELLO)));
    }

    @Test
    void an_extension_that_is_not_known_does_not_reach_the_target() throws NotSftp {
        assertThat(conversation.request(Sent.request(PacketType.EXTENDED, 5)
                        .string("open-ex@example.com")
                        .string("/f")
                        .bytes()))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.notes())
                                .singleElement()
                                .satisfies(note -> assertThat(note.line())
                                        .contains("refused: the extension open-ex@example.com is not known here")));
    }

    // --- nonsense ---

    @Test
    void a_newer_version_is_not_agreed_on() throws NotSftp {
        Conversation fresh = new Conversation(SESSION, FileRights.ALL);
        assertThat(fresh.request(Sent.packet(PacketType.INIT).u32(6).bytes()))
                .isInstanceOfSatisfying(
                        Verdict.Forward.class,
                        forward -> assertThat(forward.packet())
                                .isEqualTo(Sent.packet(PacketType.INIT).u32(3).bytes()));
        assertThatThrownBy(() ->
                        fresh.answer(Sent.packet(PacketType.VERSION).u32(2).bytes()))
                .isInstanceOf(NotSftp.class)
                .hasMessageContaining("version 2 of sftp");
    }

    @Test
    void a_target_that_answers_what_was_not_asked_is_not_believed() throws NotSftp {
        passes(Sent.request(PacketType.REMOVE, 1).string("/f"));
        assertThatThrownBy(() -> conversation.answer(
                        Sent.request(PacketType.DATA, 1).string("root:x:0").bytes()))
                .isInstanceOf(NotSftp.class);
        assertThatThrownBy(() -> conversation.answer(status(2, PacketType.OK).bytes()))
                .isInstanceOf(NotSftp.class)
                .hasMessageContaining("an answer to nothing");
        open(3, "/f", OpenFile.READ, "h");
        passes(read(4, "h", 0, 2));
        assertThatThrownBy(() -> conversation.answer(
                        Sent.request(PacketType.DATA, 4).string("more").bytes()))
                .isInstanceOf(NotSftp.class);
    }

    @Test
    void two_requests_of_one_number_are_nonsense() throws NotSftp {
        passes(Sent.request(PacketType.LSTAT, 1).string("/f"));
        assertThatThrownBy(() -> passes(Sent.request(PacketType.LSTAT, 1).string("/f")))
                .isInstanceOf(NotSftp.class);
    }

    @Test
    void it_is_full_of_requests_without_an_answer_until_one_is_answered() throws NotSftp {
        for (int id = 1; id <= Conversation.MOST_WAITING; id++) {
            assertThat(conversation.isFull()).isFalse();
            passes(Sent.request(PacketType.LSTAT, id).string("/f"));
        }
        assertThat(conversation.isFull()).isTrue();
        assertThatThrownBy(() -> passes(Sent.request(PacketType.LSTAT, 5000).string("/f")))
                .isInstanceOf(IllegalStateException.class);
        conversation.answer(status(1, PacketType.OK).bytes());
        assertThat(conversation.isFull()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_request_that_is_cut_anywhere_is_nonsense_or_refused_and_never_breaks_anything(Sent change) throws NotSftp {
        byte[] whole = change.bytes();
        for (int length = 5; length < whole.length; length++) {
            begin(FileRights.ALL);
            byte[] cut = Arrays.copyOf(whole, length);
            ByteBuffer.wrap(cut).putInt(0, length - 4);
            try {
                Verdict verdict = conversation.request(cut);
                // Of an OPEN or MKDIR the attributes at the end are none of our business.
                boolean passes = verdict instanceof Verdict.Forward;
                assertThat(passes && cut[4] != PacketType.OPEN && cut[4] != PacketType.MKDIR)
                        .as(
                                "%s of %s",
                                HexFormat.of().formatHex(cut), HexFormat.of().formatHex(whole))
                        .isFalse();
            } catch (NotSftp expected) {
                assertThat(expected).hasMessageContaining("shorter than its parts");
            }
        }
    }

    @Test
    void random_packets_are_dealt_with_or_nonsense() {
        Random random = new Random(7);
        int types = 0;
        for (int i = 0; i < 200_000; i++) {
            try {
                begin(FileRights.ALL);
                open(1, "/f", OpenFile.READ | OpenFile.WRITE, "h");
                byte[] packet = new byte[9 + random.nextInt(60)];
                random.nextBytes(packet);
                ByteBuffer.wrap(packet).putInt(0, packet.length - 4);
                packet[4] = (byte) (i % 3 == 0 ? 100 + random.nextInt(6) : 1 + random.nextInt(21));
                // Lengths that fit now and then, so that more than the first part is reached.
                if (packet.length > 14 && random.nextBoolean()) {
                    ByteBuffer.wrap(packet).putInt(9, random.nextInt(packet.length - 13));
                }
                if (i % 3 == 0) {
                    passes(read(ByteBuffer.wrap(packet).getInt(5), "h", 0, 100));
                    conversation.answer(packet);
                } else {
                    conversation.request(packet);
                }
                types++;
                conversation.end();
            } catch (NotSftp expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
        assertThat(types).as("packets that were dealt with").isPositive();
    }
}
