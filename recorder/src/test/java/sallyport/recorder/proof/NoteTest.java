package sallyport.recorder.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {

    /** A key and a note that others sign and check. */
    private static final String KNOWN_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private static final String KNOWN_NOTE = """
        This is an example message.

        \u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
        """;

    private static final NoteSigning SIGNING = Trees.signing("bastion.example/log");
    private static final String TEXT = new Checkpoint("bastion.example/log", 42, Hash.ofLeaf(new byte[0])).text();

    private static Note parsed(String note) throws NoteRefused {
        return Note.parse(note.getBytes(UTF_8));
    }

    @Test
    void a_note_that_others_signed_is_signed() throws Exception {
        VerifierKey key = VerifierKey.parse(KNOWN_KEY);
        assertThat(key).hasToString(KNOWN_KEY);
        Note note = parsed(KNOWN_NOTE);
        assertThat(note.text()).isEqualTo("This is an example message.\n");
        assertThat(note.verdict(List.of(key))).isEqualTo(new Note.Verdict.Signed(List.of(key)));
        assertThat(note).hasToString(KNOWN_NOTE);
    }

    @Test
    void the_examples_of_the_standard_are_read() throws Exception {
        String note = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            \u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            """;
        Checkpoint checkpoint = Checkpoint.parse(parsed(note).text());
        assertThat(checkpoint.origin()).isEqualTo("example.com/behind-the-sofa");
        assertThat(checkpoint.size()).isEqualTo(20_852_163);
        assertThat(checkpoint.root().base64()).isEqualTo("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
        assertThat(checkpoint.text()).isEqualTo(parsed(note).text());
    }

    @Test
    void what_is_signed_is_read_again_and_trusted_by_whoever_has_the_key() throws Exception {
        Note note = Note.sign(TEXT, SIGNING);
        VerifierKey handedOut = VerifierKey.parse(SIGNING.key().toString());
        assertThat(handedOut).isEqualTo(SIGNING.key());
        Note read = Note.parse(note.bytes());
        assertThat(read).isEqualTo(note);
        assertThat(read.verdict(List.of(handedOut))).isInstanceOf(Note.Verdict.Signed.class);
        assertThat(Checkpoint.parse(read.text()).size()).isEqualTo(42);
    }

    @Test
    void after_a_rotation_the_notes_of_both_keys_are_good() {
        NoteSigning later = Trees.signing(SIGNING.key().name());
        List<VerifierKey> trusted = List.of(later.key(), SIGNING.key());
        assertThat(Note.sign(TEXT, SIGNING).verdict(trusted)).isInstanceOf(Note.Verdict.Signed.class);
        assertThat(Note.sign(TEXT, later).verdict(trusted)).isInstanceOf(Note.Verdict.Signed.class);
        assertThat(Note.sign(TEXT, later).verdict(List.of(SIGNING.key()))).isInstanceOf(Note.Verdict.Unknown.class);
    }

    @Test
    void a_wrong_signature_by_a_trusted_key_spoils_a_note_that_others_signed() throws Exception {
        NoteSigning witness = Trees.signing("witness.example");
        Note good = Note.sign(TEXT, SIGNING);
        Note.Signature other =
                Note.sign("something else\n", witness).signatures().getFirst();
        Note note = new Note(TEXT, List.of(good.signatures().getFirst(), other));
        assertThat(note.verdict(List.of(SIGNING.key()))).isInstanceOf(Note.Verdict.Signed.class);
        assertThat(note.verdict(List.of(SIGNING.key(), witness.key())))
                .isEqualTo(new Note.Verdict.Wrong(witness.key()));
        assertThat(note.verdict(List.of())).isInstanceOf(Note.Verdict.Unknown.class);
    }

    @Test
    void every_byte_of_a_signed_note_counts() {
        byte[] bytes = Note.sign(TEXT, SIGNING).bytes();
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(isTrusted(changed)).as("byte %s, bit %s", i, bit).isFalse();
            }
        }
        for (int length = 0; length < bytes.length; length++) {
            assertThat(isTrusted(Arrays.copyOf(bytes, length)))
                    .as("%s bytes", length)
                    .isFalse();
        }
        assertThat(isTrusted(bytes)).isTrue();
    }

    private static boolean isTrusted(byte[] bytes) {
        try {
            return Note.parse(bytes).verdict(List.of(SIGNING.key())) instanceof Note.Verdict.Signed;
        } catch (NoteRefused e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "text\n",
                "text\n\n",
                "text\n\nno dash\n",
                "text\n\n\u2014 name\n",
                "text\n\n\u2014  AAAAAAAA\n",
                "text\n\n\u2014 a+b AAAAAAAA\n",
                "text\n\n\u2014 a b AAAAAAAA\n",
                "text\n\n\u2014 name AAAAAA==\n",
                "text\n\n\u2014 name !!!!!!!!\n",
                "text\n\n\u2014 name AAAAAAAA",
                "text\n\n\u2014 name AAAAAAB=\n",
                "te\u0007xt\n\n\u2014 name AAAAAAAA\n",
                "te\rxt\n\n\u2014 name AAAAAAAA\n",
                "text\n\n\u2014 name AAAAAAAA\n\n",
            })
    void what_is_no_note_is_refused_in_words(String text) {
        assertThatThrownBy(() -> parsed(text)).isInstanceOf(NoteRefused.class).hasMessageContaining("note");
    }

    @Test
    void what_has_too_much_is_refused() {
        assertThatThrownBy(() -> Note.parse(new byte[Note.LONGEST_BYTES + 1])).hasMessageContaining("too long");
        assertThatThrownBy(() -> parsed("text\n\n" + "\u2014 name AAAAAAAA\n".repeat(Note.MOST_SIGNATURES + 1)))
                .hasMessageContaining("too many");
        assertThatThrownBy(() -> Note.parse(new byte[] {'a', (byte) 0xff, '\n', '\n'}))
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> VerifierKey.parse("x".repeat(600))).hasMessageContaining("too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "name+00000000",
                "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
                "example.com/foo+530d903a+",
                "example.com/foo+530d903a+\u00e9",
            })
    void what_is_no_key_is_refused_in_words(String text) {
        assertThatThrownBy(() -> VerifierKey.parse(text))
                .isInstanceOf(NoteRefused.class)
                .hasMessageContaining("verifier key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                "log\n1\n",
                "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "log\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "log\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "log\n\u0661\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "log\n9999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
                "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                "log\n1\nAAAA\n",
                "log\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nmore\n",
            })
    void what_is_no_check_point_is_refused_in_words(String text) {
        assertThatThrownBy(() -> Checkpoint.parse(text))
                .isInstanceOf(NoteRefused.class)
                .hasMessageContaining("check point");
    }

    @Test
    void extensions_of_a_check_point_are_kept() throws Exception {
        String text = "log\n0\n" + Hash.OF_NOTHING + "\nmore\nand more\n";
        assertThat(Checkpoint.parse(text).extensions()).containsExactly("more", "and more");
        assertThat(Checkpoint.parse(text).text()).isEqualTo(text);
    }

    @Test
    void who_signs_with_another_key_than_they_show_is_caught_at_once() throws Exception {
        NoteSigning mixed = new NoteSigning(
                SIGNING.key(), Trees.signing("bastion.example/log").sign());
        assertThatThrownBy(() -> Note.sign(TEXT, mixed)).hasMessageContaining("private half");
        assertThatThrownBy(() -> Note.sign("no line feed", SIGNING)).isInstanceOf(IllegalArgumentException.class);
        var elliptic = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        assertThatThrownBy(() -> VerifierKey.of("name", elliptic)).hasMessageContaining("not an Ed25519 key");
        assertThatThrownBy(() -> VerifierKey.of("a name", elliptic)).hasMessageContaining("no name for a key");
    }
}
