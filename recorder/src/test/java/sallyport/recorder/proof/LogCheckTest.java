package sallyport.recorder.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sallyport.recorder.proof.LogCheck.Answer;
import sallyport.recorder.proof.LogCheck.Finding;

/** T43: what is changed, dropped, swapped or cut off is named. */
class LogCheckTest {

    private static final String LOG = "bastion.example/log";
    private static final NoteSigning SIGNING = Trees.signing(LOG);
    private static final int SIZE = 23;

    /** A leaf as an export has it. */
    private record Row(long index, String text, Hash said) {

        Row(long index, byte[] data, Hash said) {
            this(index, new String(data, UTF_8), said);
        }

        byte[] data() {
            return text.getBytes(UTF_8);
        }
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            rows.add(new Row(i, Trees.data(i), Hash.ofLeaf(Trees.data(i))));
        }
        return rows;
    }

    private static byte[] note(int size) {
        return note(LOG, size, SIGNING);
    }

    private static byte[] note(String origin, int size, NoteSigning signing) {
        Checkpoint checkpoint = new Checkpoint(origin, size, Trees.root(Trees.leaves(size)));
        return Note.sign(checkpoint.text(), signing).bytes();
    }

    private static final List<byte[]> NOTES = List.of(note(20), note(5), note(0), note(11));

    private static Answer check(List<Row> rows, List<byte[]> notes, boolean withHashes) {
        LogCheck check = new LogCheck(LOG, List.of(SIGNING.key()), notes);
        rows.forEach(r -> check.leaf(r.index, r.data(), withHashes ? Optional.of(r.said) : Optional.empty()));
        return check.answer();
    }

    private static List<Finding> findings(List<Row> rows, List<byte[]> notes, boolean withHashes) {
        return ((Answer.Faulty) check(rows, notes, withHashes)).findings();
    }

    @Test
    void an_untouched_log_is_intact_and_says_how_far_it_is_signed() {
        assertThat(check(rows(), NOTES, true)).isEqualTo(new Answer.Intact(SIZE, 20, 4));
        assertThat(check(rows(), NOTES, false)).isEqualTo(new Answer.Intact(SIZE, 20, 4));
    }

    @Test
    void every_changed_byte_names_its_leaf() {
        for (int i = 0; i < SIZE; i++) {
            for (int at = 0; at < Trees.data(i).length; at++) {
                byte[] data = Trees.data(i);
                data[at] ^= 1;
                List<Row> rows = rows();
                rows.set(i, new Row(i, data, rows.get(i).said));
                assertThat(findings(rows, NOTES, true)).containsExactly(new Finding.Altered(i));
            }
        }
    }

    @Test
    void a_leaf_changed_with_its_hash_is_found_between_two_check_points() {
        for (int i = 0; i < 20; i++) {
            byte[] data = "forged".getBytes(UTF_8);
            List<Row> rows = rows();
            rows.set(i, new Row(i, data, Hash.ofLeaf(data)));
            int from = i < 5 ? 0 : i < 11 ? 5 : 11;
            int to = i < 5 ? 5 : i < 11 ? 11 : 20;
            for (boolean withHashes : List.of(true, false)) {
                assertThat(findings(rows, NOTES, withHashes)).containsExactly(new Finding.AlteredWithin(from, to));
            }
        }
    }

    @Test
    void every_dropped_leaf_is_named_and_changes_behind_it_too() {
        for (int i = 0; i < SIZE - 1; i++) {
            List<Row> rows = rows();
            rows.remove(i);
            assertThat(findings(rows, NOTES, true)).containsExactly(new Finding.Missing(i, i + 1));
            rows.set(SIZE - 2, new Row(SIZE - 1, new byte[0], rows.getLast().said));
            assertThat(findings(rows, NOTES, true)).contains(new Finding.Altered(SIZE - 1));
        }
    }

    @Test
    void leaves_in_another_order_are_named() {
        List<Row> rows = rows();
        rows.add(7, rows.remove(3));
        assertThat(findings(rows, NOTES, true)).containsExactly(new Finding.Missing(3, 4), new Finding.Misplaced(3));
    }

    @Test
    void two_leaves_whose_data_were_swapped_are_both_named() {
        List<Row> rows = rows();
        rows.set(3, new Row(3, Trees.data(9), rows.get(3).said));
        rows.set(9, new Row(9, Trees.data(3), rows.get(9).said));
        assertThat(findings(rows, NOTES, true)).containsExactly(new Finding.Altered(3), new Finding.Altered(9));
    }

    @Test
    void a_log_cut_off_anywhere_before_its_last_check_point_is_truncated_there() {
        for (int length = 0; length < 20; length++) {
            assertThat(findings(rows().subList(0, length), NOTES, true))
                    .containsExactly(new Finding.Truncated(length, 20));
        }
        assertThat(check(rows().subList(0, 20), NOTES, true)).isEqualTo(new Answer.Intact(20, 20, 4));
    }

    @Test
    void a_check_point_that_was_touched_is_named() {
        byte[] changed = new String(note(11), UTF_8).replace("\n11\n", "\n12\n").getBytes(UTF_8);
        assertThat(findings(rows(), List.of(note(5), changed), true))
                .containsExactly(new Finding.SignatureWrong(1, LOG));
        assertThat(findings(rows(), List.of("nonsense".getBytes(UTF_8), note(5)), true))
                .singleElement()
                .isInstanceOf(Finding.NoteUnusable.class);
    }

    @Test
    void a_check_point_of_somebody_else_or_of_another_log_proves_nothing() {
        byte[] stranger = note(LOG, 20, Trees.signing(LOG));
        assertThat(findings(rows(), List.of(stranger), true))
                .containsExactly(new Finding.NoteUnusable(0, "no trusted key signed it"));
        byte[] otherLog = note("other.example/log", 20, SIGNING);
        assertThat(findings(rows(), List.of(otherLog), true))
                .containsExactly(new Finding.NoteUnusable(0, "it is about another log"));
    }

    @Test
    void without_any_check_point_nothing_is_called_intact() {
        assertThat(findings(rows(), List.of(), true)).containsExactly(new Finding.NothingSigned());
    }

    @Test
    void two_check_points_of_one_size_that_disagree_cannot_both_be_right() {
        Checkpoint other = new Checkpoint(LOG, 11, Hash.ofLeaf(new byte[0]));
        List<byte[]> notes = List.of(note(11), Note.sign(other.text(), SIGNING).bytes(), note(5));
        assertThat(findings(rows(), notes, true)).containsExactly(new Finding.AlteredWithin(5, 11));
    }

    @Test
    void the_end_of_a_log_can_be_checked_without_its_beginning() {
        Frontier before = Frontier.empty();
        Trees.leaves(7).forEach(leaf -> before.add(leaf, (_, _) -> {}));
        assertThat(checkFrom(before)).isEqualTo(new Answer.Intact(SIZE, 20, 2));
        List<Hash> claimed = new ArrayList<>(before.hashes());
        claimed.set(1, Hash.OF_NOTHING);
        assertThat(((Answer.Faulty) checkFrom(Frontier.of(7, claimed))).findings())
                .containsExactly(new Finding.AlteredWithin(0, 11));
    }

    private static Answer checkFrom(Frontier start) {
        LogCheck check = new LogCheck(LOG, List.of(SIGNING.key()), NOTES, start, (_, _) -> {});
        rows().subList(7, SIZE).forEach(r -> check.leaf(r.index, r.data(), Optional.of(r.said)));
        return check.answer();
    }

    @Test
    void a_log_that_is_all_wrong_is_not_remembered_whole() {
        LogCheck check = new LogCheck(LOG, List.of(SIGNING.key()), List.of());
        for (int i = 0; i < LogCheck.MOST_FINDINGS + 50; i++) {
            check.leaf(i, new byte[0], Optional.of(Hash.OF_NOTHING));
        }
        Answer.Faulty faulty = (Answer.Faulty) check.answer();
        assertThat(faulty.findings()).hasSize(LogCheck.MOST_FINDINGS);
        assertThat(faulty.more()).isEqualTo(50);
    }
}
