package sallyport.bastion.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.FileAccess;
import sallyport.policy.FileLimits;
import sallyport.policy.FileRights;
import sallyport.policy.PathPattern;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/** Rules that name paths and sizes: what the target is asked before a request goes on, and what becomes of it. */
class LimitsTest {

    private static final SessionId SESSION = new SessionId(new UUID(1, 2));
    private static final FileLimits PUBLIC = paths("/srv/pub/**");

    /** printf %s 12345678 | sha256sum */
    private static final String EIGHT = "ef797c8118f02dfb649607dd5d3f8c7623048c9c063d532cc95c5ed7a898a64f";

    private Conversation conversation;

    /** What was asked from here, as the target got it: type and name. */
    private final List<String> questions = new ArrayList<>();

    @BeforeEach
    void begin() throws NotSftp {
        begin(both(PUBLIC));
    }

    private void begin(FileRights allowed) throws NotSftp {
        conversation = new Conversation(SESSION, allowed);
        conversation.request(Sent.packet(PacketType.INIT).u32(3).bytes());
        conversation.answer(Sent.packet(PacketType.VERSION).u32(3).bytes());
    }

    private static FileLimits paths(String... patterns) {
        return FileLimits.of(List.of(patterns).stream().map(PathPattern::new).toList(), OptionalLong.empty());
    }

    private static FileLimits largest(long bytes) {
        return FileLimits.of(List.of(), OptionalLong.of(bytes));
    }

    private static FileRights both(FileLimits limits) {
        return new FileRights(Map.of(FileAccess.READ, limits, FileAccess.WRITE, limits));
    }

    // --- a target that is asked ---

    /** An answer to the question of this number. */
    private interface Answer {
        Sent to(int id);
    }

    private static Answer at(String path) {
        return id -> Sent.request(PacketType.NAME, id)
                .u32(1)
                .string(path.getBytes(StandardCharsets.ISO_8859_1))
                .string("")
                .u32(0);
    }

    private static Answer status(int code) {
        return id -> Sent.request(PacketType.STATUS, id).u32(code).string("").string("");
    }

    private static Answer size(long bytes) {
        return id -> Sent.request(PacketType.ATTRS, id).u32(1).u64(bytes);
    }

    private static final Answer ABSENT = status(PacketType.NO_SUCH_FILE);

    /** What becomes of a request if the target answers what it is asked with these, one after the other. */
    private Verdict decided(Sent request, Answer... answers) throws NotSftp {
        Verdict verdict = conversation.request(request.bytes());
        for (Answer answer : answers) {
            assertThat(verdict).isInstanceOf(Verdict.Ask.class);
            byte[] question = ((Verdict.Ask) verdict).question();
            ByteBuffer parts = ByteBuffer.wrap(question);
            assertThat(parts.getInt()).isEqualTo(question.length - 4);
            int type = parts.get();
            int id = parts.getInt();
            byte[] name = new byte[parts.getInt()];
            parts.get(name);
            assertThat(parts.hasRemaining()).isFalse();
            questions.add(type + " " + new String(name, StandardCharsets.ISO_8859_1));
            Reply reply = conversation.answer(answer.to(id).bytes());
            assertThat(reply).isInstanceOf(Reply.Settled.class);
            verdict = ((Reply.Settled) reply).verdict();
        }
        return verdict;
    }

    private void passes(Sent request, Answer... answers) throws NotSftp {
        assertThat(decided(request, answers))
                .isInstanceOfSatisfying(
                        Verdict.Forward.class,
                        forward -> assertThat(forward.packet()).isEqualTo(request.bytes()));
    }

    private String refused(Sent request, Answer... answers) throws NotSftp {
        return cause(decided(request, answers), request);
    }

    private static String cause(Verdict verdict, Sent request) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        Verdict.Refused refused = (Verdict.Refused) verdict;
        ByteBuffer answer = ByteBuffer.wrap(refused.answer());
        assertThat(answer.getInt()).isEqualTo(refused.answer().length - 4);
        assertThat(answer.get()).isEqualTo((byte) PacketType.STATUS);
        assertThat(answer.getInt()).isEqualTo(ByteBuffer.wrap(request.bytes()).getInt(5));
        assertThat(answer.getInt()).isEqualTo(PacketType.PERMISSION_DENIED);
        byte[] words = new byte[answer.getInt()];
        answer.get(words);
        return new String(words, StandardCharsets.UTF_8);
    }

    private static Sent open(int id, String name, int flags) {
        return Sent.request(PacketType.OPEN, id).string(name).u32(flags).u32(0);
    }

    private void opened(int id, String name, int flags, String handle, Answer... answers) throws NotSftp {
        passes(open(id, name, flags), answers);
        conversation.answer(Sent.request(PacketType.HANDLE, id).string(handle).bytes());
    }

    private static Sent write(int id, String handle, long offset, String data) {
        return Sent.request(PacketType.WRITE, id).string(handle).u64(offset).string(data);
    }

    private static Sent read(int id, String handle, long offset, long length) {
        return Sent.request(PacketType.READ, id).string(handle).u64(offset).u32(length);
    }

    // --- paths ---

    @Test
    void a_name_counts_as_where_the_target_says_that_it_leads() throws NotSftp {
        passes(open(1, "/srv/pub/a", OpenFile.READ), at("/srv/pub/a"));
        passes(open(2, "a", OpenFile.READ), at("/srv/pub/a"));
        passes(open(3, "/home/link", OpenFile.READ), at("/srv/pub/a"));
        for (String name : new String[] {"/srv/pub/link", "/srv/pub/../../etc/shadow", "shadow"}) {
            assertThat(refused(open(4, name, OpenFile.READ), at("/etc/shadow")))
                    .isEqualTo("bastion: \"/etc/shadow\" is not where reading files is allowed to you");
        }
        assertThat(questions).startsWith("16 /srv/pub/a", "16 a", "16 /home/link", "16 /srv/pub/link");
    }

    @Test
    void a_file_that_is_not_there_is_where_its_folder_is_and_a_link_to_nothing_is_no_such_file() throws NotSftp {
        int create = OpenFile.WRITE | OpenFile.CREATE;
        passes(open(1, "up/new", create), ABSENT, ABSENT, at("/srv/pub/up"));
        assertThat(questions).containsExactly("16 up/new", "7 up/new", "16 up");
        assertThat(refused(open(2, "up/new", create), ABSENT, ABSENT, at("/etc")))
                .contains("\"/etc/new\" is not where");
        assertThat(refused(open(2, "up/dangling", create), ABSENT, size(9)))
                .contains("where \"up/dangling\" leads cannot be found out");
        assertThat(refused(open(2, "none/new", create), ABSENT, ABSENT, ABSENT)).contains("cannot be found out");
        assertThat(refused(open(2, "new", create), ABSENT, status(PacketType.PERMISSION_DENIED)))
                .contains("cannot be found out");
        assertThat(refused(open(2, "none/..", OpenFile.READ), ABSENT)).contains("cannot be found out");
        passes(open(2, "new", create), ABSENT, ABSENT, at("/srv/pub"));
        passes(open(3, "/new", create), at("/srv/pub/new"));
    }

    @Test
    void what_is_done_to_a_link_itself_counts_where_the_link_is() throws NotSftp {
        passes(Sent.request(PacketType.REMOVE, 1).string("/srv/pub/link"), at("/srv/pub"));
        passes(Sent.request(PacketType.MKDIR, 2).string("new").u32(0), at("/srv/pub"));
        passes(Sent.request(PacketType.SYMLINK, 3).string("/etc/shadow").string("pub/link"), at("/srv/pub"));
        assertThat(questions).containsExactly("16 /srv/pub", "16 .", "16 pub");
        assertThat(refused(Sent.request(PacketType.REMOVE, 4).string("/shadow"), at("/")))
                .isEqualTo("bastion: \"/shadow\" is not where changing files is allowed to you");
        // Behind a slash a link is followed.
        assertThat(refused(Sent.request(PacketType.RMDIR, 4).string("/srv/pub/link//"), at("/etc")))
                .contains("\"/etc\" is not where");
        assertThat(refused(Sent.request(PacketType.RMDIR, 4).string("/srv/pub/.."), at("/srv")))
                .contains("\"/srv\" is not where");
        assertThat(refused(
                        Sent.request(PacketType.SETSTAT, 4)
                                .string("/srv/pub/link")
                                .u32(4)
                                .u32(0777),
                        at("/etc/x")))
                .contains("\"/etc/x\" is not where");
    }

    @Test
    void both_names_must_be_where_changing_is_allowed() throws NotSftp {
        Sent rename = Sent.request(PacketType.RENAME, 1).string("/srv/pub/a").string("/etc/b");
        assertThat(refused(rename, at("/srv/pub"), at("/etc"))).contains("\"/etc/b\" is not where changing");
        Sent back = Sent.request(PacketType.EXTENDED, 1)
                .string("posix-rename@openssh.com")
                .string("/etc/b")
                .string("/srv/pub/a");
        assertThat(refused(back, at("/etc"), at("/srv/pub"))).contains("\"/etc/b\" is not where changing");
        Sent link = Sent.request(PacketType.EXTENDED, 1)
                .string("hardlink@openssh.com")
                .string("/srv/pub/link")
                .string("/srv/pub/b");
        assertThat(refused(link, at("/etc/shadow"), at("/srv/pub"))).contains("\"/etc/shadow\" is not where changing");
    }

    @Test
    void a_new_name_opens_nothing_to_reading() throws NotSftp {
        begin(new FileRights(Map.of(FileAccess.READ, PUBLIC, FileAccess.WRITE, paths("/srv/**"))));
        Sent rename = Sent.request(PacketType.RENAME, 1).string("/srv/secret").string("/srv/pub/a");
        assertThat(refused(rename, at("/srv"), at("/srv/pub")))
                .isEqualTo("bastion: \"/srv/secret\" is not where reading files is allowed to you");
        passes(Sent.request(PacketType.RENAME, 1).string("/srv/a").string("/srv/b"), at("/srv"), at("/srv"));
        passes(Sent.request(PacketType.RENAME, 2).string("/srv/pub/a").string("/srv/b"), at("/srv/pub"), at("/srv"));
    }

    @Test
    void a_folder_s_new_name_opens_nothing_that_may_be_in_it() throws NotSftp {
        begin(new FileRights(Map.of(FileAccess.READ, paths("/srv/pub/data/**"), FileAccess.WRITE, paths("/srv/**"))));
        Sent rename = Sent.request(PacketType.RENAME, 1).string("/srv/secret").string("/srv/pub");
        assertThat(refused(rename, at("/srv"), at("/srv")))
                .isEqualTo("bastion: what is below \"/srv/secret\" could be read below \"/srv/pub\", and where it is it"
                        + " may not be");
        passes(Sent.request(PacketType.RENAME, 2).string("/srv/pub").string("/srv/other"), at("/srv"), at("/srv"));
        passes(Sent.request(PacketType.RENAME, 3).string("/srv/a").string("/srv/b"), at("/srv"), at("/srv"));
    }

    @Test
    void an_open_file_is_where_it_was_when_it_was_opened() throws NotSftp {
        begin(new FileRights(Map.of(FileAccess.READ, PUBLIC, FileAccess.WRITE, paths("/srv/up/**"))));
        opened(1, "f", OpenFile.READ, "h", at("/srv/pub/f"));
        assertThat(refused(
                        Sent.request(PacketType.FSETSTAT, 2).string("h").u32(4).u32(0777)))
                .isEqualTo("bastion: \"/srv/pub/f\" is not where changing files is allowed to you");
        passes(read(2, "h", 0, 10));
        conversation.allow(both(paths("/srv/other/**")));
        assertThat(refused(read(3, "h", 0, 10))).contains("\"/srv/pub/f\" is not where");
    }

    @Test
    void what_was_opened_before_rules_named_paths_is_nowhere() throws NotSftp {
        begin(FileRights.ALL);
        opened(1, "f", OpenFile.READ, "h");
        conversation.allow(both(paths("/**")));
        assertThat(refused(read(2, "h", 0, 10))).contains("opened when other rules counted");
    }

    @Test
    void looking_needs_no_path() throws NotSftp {
        passes(Sent.request(PacketType.STAT, 1).string("/etc/shadow"));
        passes(Sent.request(PacketType.OPENDIR, 2).string("/etc"));
        assertThat(questions).isEmpty();
    }

    // --- targets that answer something else ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "srv/pub/a",
                "/srv/pub/../../etc/a",
                "/srv/pub/./a",
                "/srv//pub/a",
                "/srv/pub/a/",
                "/srv/pub/a\0"
            })
    void a_path_that_is_not_resolved_is_no_answer(String path) throws NotSftp {
        assertThat(refused(open(1, "a", OpenFile.READ), at(path))).contains("cannot be found out");
    }

    @Test
    void a_target_that_answers_with_another_number_is_not_believed() throws NotSftp {
        Verdict.Ask ask =
                (Verdict.Ask) conversation.request(open(1, "a", OpenFile.READ).bytes());
        int id = ByteBuffer.wrap(ask.question()).getInt(5);
        assertThatThrownBy(() -> conversation.answer(at("/srv/pub/a").to(id + 1).bytes()))
                .isInstanceOf(NotSftp.class);
        assertThatThrownBy(() -> conversation.answer(at("/srv/pub/a").to(1).bytes()))
                .isInstanceOf(NotSftp.class);
    }

    @Test
    void a_target_that_answers_twice_with_several_names_or_another_packet_is_not_believed() throws NotSftp {
        Verdict.Ask ask =
                (Verdict.Ask) conversation.request(open(1, "a", OpenFile.READ).bytes());
        int id = ByteBuffer.wrap(ask.question()).getInt(5);
        conversation.answer(at("/srv/pub/a").to(id).bytes());
        assertThatThrownBy(() -> conversation.answer(at("/srv/pub/a").to(id).bytes()))
                .isInstanceOf(NotSftp.class)
                .hasMessageContaining("an answer to nothing");
        for (Answer nonsense : List.<Answer>of(
                size(5),
                i -> Sent.request(PacketType.NAME, i).u32(2).string("/srv/pub/a"),
                i -> Sent.request(PacketType.NAME, i).u32(1).u32(5000),
                i -> Sent.request(PacketType.HANDLE, i).string("h"),
                i -> Sent.request(PacketType.STATUS, i))) {
            begin();
            assertThatThrownBy(() -> decided(open(1, "a", OpenFile.READ), nonsense))
                    .isInstanceOf(NotSftp.class);
        }
    }

    @Test
    void a_question_has_no_number_that_the_client_uses() throws NotSftp {
        Verdict.Ask first =
                (Verdict.Ask) conversation.request(open(1, "a", OpenFile.READ).bytes());
        int number = ByteBuffer.wrap(first.question()).getInt(5);
        begin();
        passes(Sent.request(PacketType.LSTAT, number).string("/f"));
        Verdict.Ask ask = (Verdict.Ask)
                conversation.request(open(number + 1, "a", OpenFile.READ).bytes());
        assertThat(ByteBuffer.wrap(ask.question()).getInt(5)).isEqualTo(number + 2);
        assertThat(conversation.answer(size(7).to(number).bytes())).isInstanceOf(Reply.Pass.class);
        assertThat(conversation.answer(at("/srv/pub/a").to(number + 2).bytes())).isInstanceOf(Reply.Settled.class);
    }

    // --- sizes ---

    @Test
    void a_write_beyond_the_largest_size_is_refused_and_written_down_once() throws NotSftp {
        begin(both(largest(8)));
        opened(1, "f", OpenFile.WRITE | OpenFile.TRUNCATE, "h");
        passes(write(2, "h", 0, "12345678"));
        Sent beyond = write(3, "h", 8, "9");
        Verdict.Refused refused = (Verdict.Refused) decided(beyond);
        String cause = "writing files of more than 8 bytes is not allowed to you here";
        assertThat(cause(refused, beyond)).isEqualTo("bastion: " + cause);
        assertThat(refused.notes())
                .containsExactly(Note.of(
                        "refused: write \"f\": " + cause, new AuditEvent.FileRefused(SESSION, "write \"f\"", cause)));
        assertThat(((Verdict.Refused) decided(write(3, "h", 9, "9"))).notes()).isEmpty();
        refused(write(4, "h", -1, "9"));
        refused(write(4, "h", Long.MAX_VALUE, "9"));
        refused(Sent.request(PacketType.FSETSTAT, 4).string("h").u32(1).u64(9));
        refused(Sent.request(PacketType.SETSTAT, 4).string("f").u32(1).u64(9));
        passes(Sent.request(PacketType.FSETSTAT, 5).string("h").u32(1).u64(8));
        conversation.answer(status(PacketType.OK).to(2).bytes());
        conversation.answer(status(PacketType.OK).to(5).bytes());
        passes(Sent.request(PacketType.CLOSE, 6).string("h"));
        Reply.Pass closed =
                (Reply.Pass) conversation.answer(status(PacketType.OK).to(6).bytes());
        assertThat(closed.notes())
                .singleElement()
                .satisfies(note -> assertThat(note.event())
                        .contains(new AuditEvent.FileWritten(SESSION, "f", 8, "", Optional.of(EIGHT))));
    }

    /** The target's sftp server takes no notice of the offset then. */
    @Test
    void where_size_counts_nothing_is_appended() throws NotSftp {
        begin(both(largest(8)));
        opened(1, "f", OpenFile.WRITE | OpenFile.APPEND, "h");
        assertThat(refused(write(2, "h", 0, "1")))
                .isEqualTo("bastion: how large the file gets cannot be said, and writing files of more than 8 bytes is"
                        + " not allowed to you here");
    }

    @Test
    void a_larger_file_is_not_opened_to_read() throws NotSftp {
        begin(both(largest(8)));
        assertThat(refused(open(1, "f", OpenFile.READ), size(9)))
                .isEqualTo("bastion: reading files of more than 8 bytes is not allowed to you here");
        passes(open(1, "f", OpenFile.READ), size(8));
        passes(open(2, "none", OpenFile.READ), ABSENT);
        assertThat(questions).containsExactly("17 f", "17 f", "17 none");
    }

    @Test
    void a_file_that_is_larger_than_it_seemed_is_read_no_further() throws NotSftp {
        begin(both(largest(8)));
        opened(1, "zero", OpenFile.READ, "h", size(0));
        passes(read(2, "h", 0, 8));
        passes(read(3, "h", 8, 8));
        assertThat(conversation.answer(
                        Sent.request(PacketType.DATA, 2).string("12345678").bytes()))
                .isInstanceOf(Reply.Pass.class);
        assertThat(conversation.answer(
                        Sent.request(PacketType.DATA, 3).string("9").bytes()))
                .isInstanceOfSatisfying(
                        Reply.Instead.class,
                        instead -> assertThat(cause(instead.refused(), read(3, "h", 8, 8)))
                                .contains("more than 8 bytes"));
        passes(Sent.request(PacketType.CLOSE, 4).string("h"));
        Reply.Pass closed =
                (Reply.Pass) conversation.answer(status(PacketType.OK).to(4).bytes());
        assertThat(closed.notes())
                .singleElement()
                .satisfies(note -> assertThat(note.event())
                        .contains(new AuditEvent.FileRead(SESSION, "zero", 8, "0-7", Optional.empty())));
    }

    @Test
    void what_the_target_copies_has_no_known_size() throws NotSftp {
        begin(both(largest(8)));
        opened(1, "from", OpenFile.READ, "a", size(1));
        opened(2, "to", OpenFile.WRITE, "b");
        assertThat(refused(Sent.request(PacketType.EXTENDED, 3)
                        .string("copy-data")
                        .string("a")
                        .u64(0)
                        .u64(1)
                        .string("b")
                        .u64(0)))
                .contains("more than 8 bytes");
    }

    @Test
    void rules_that_are_changed_while_the_target_is_asked_count() throws NotSftp {
        Verdict.Ask ask =
                (Verdict.Ask) conversation.request(open(1, "a", OpenFile.READ).bytes());
        int id = ByteBuffer.wrap(ask.question()).getInt(5);
        conversation.allow(FileRights.NONE);
        assertThat(conversation.answer(at("/srv/pub/a").to(id).bytes()))
                .isInstanceOfSatisfying(
                        Reply.Settled.class,
                        settled -> assertThat(settled.verdict()).isInstanceOf(Verdict.Refused.class));
    }
}
