package sallyport.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoteSignerTest {

    private static final String NAME = "bastion.example/log";
    private static final byte[] MESSAGE = "bastion.example/log\n42\n".getBytes(UTF_8);

    @TempDir
    private Path folder;

    private Path file;
    private Path earlier;

    @BeforeEach
    void place() {
        file = folder.resolve("signing_key");
        earlier = folder.resolve("earlier");
    }

    private static boolean verifies(PublicKey key, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(MESSAGE);
        return verifier.verify(signature);
    }

    @Test
    void what_it_signs_its_public_key_verifies_also_after_a_restart() throws Exception {
        NoteSigner signer = NoteSigner.loadOrCreate(file, NAME);
        byte[] signature = signer.sign(MESSAGE);
        assertThat(signature).hasSize(64);
        assertThat(verifies(signer.publicKey(), signature)).isTrue();
        NoteSigner again = NoteSigner.loadOrCreate(file, NAME);
        assertThat(again.publicKey()).isEqualTo(signer.publicKey());
        assertThat(again.keyName()).isEqualTo(NAME);
        assertThat(again.sign(MESSAGE)).isEqualTo(signature);
        assertThat(verifies(signer.publicKey(), signer.sign(new byte[] {1}))).isFalse();
    }

    @Test
    void the_file_is_its_owners_alone_or_it_is_not_used() throws Exception {
        assertThatThrownBy(() -> NoteSigner.load(file, NAME)).hasMessageContaining("does not exist");
        NoteSigner signer = NoteSigner.loadOrCreate(file, NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> NoteSigner.load(file, NAME)).hasMessageContaining("open to others");
        assertThat(signer).hasToString(NAME + " " + KeyFile.fingerprint(signer.publicKey()));
    }

    @Test
    void after_a_rotation_another_key_signs_and_the_earlier_ones_still_verify() throws Exception {
        NoteSigner first = NoteSigner.loadOrCreate(file, NAME);
        assertThat(NoteSigner.earlier(earlier)).isEmpty();
        NoteSigner second = NoteSigner.rotate(file, earlier, NAME);
        NoteSigner third = NoteSigner.rotate(file, earlier, NAME);
        assertThat(NoteSigner.load(file, NAME).publicKey()).isEqualTo(third.publicKey());
        List<PublicKey> kept = NoteSigner.earlier(earlier);
        assertThat(kept).containsExactlyInAnyOrder(first.publicKey(), second.publicKey());
        assertThat(List.of(first.publicKey(), second.publicKey(), third.publicKey()))
                .doesNotHaveDuplicates();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        for (PublicKey key : kept) {
            assertThat(verifies(key, first.sign(MESSAGE))).isEqualTo(key.equals(first.publicKey()));
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file, earlier);
        }
    }

    @Test
    void a_rotation_that_was_cut_off_can_be_done_again() throws Exception {
        NoteSigner first = NoteSigner.loadOrCreate(file, NAME);
        Files.createDirectories(earlier);
        Files.writeString(folder.resolve(".signing_key.next"), "half a k");
        NoteSigner second = NoteSigner.rotate(file, earlier, NAME);
        assertThat(NoteSigner.load(file, NAME).publicKey()).isEqualTo(second.publicKey());
        assertThat(NoteSigner.earlier(earlier)).containsExactly(first.publicKey());
    }

    @Test
    void an_earlier_key_that_is_none_is_named() throws Exception {
        Files.createDirectories(earlier);
        Path wrong = earlier.resolve("old.pub");
        for (String text : List.of("", "nonsense", "ssh-ed25519 !!!", "ssh-rsa AAAA", "ssh-ed25519 AAAA")) {
            Files.writeString(wrong, text);
            assertThatThrownBy(() -> NoteSigner.earlier(earlier)).hasMessageContaining(wrong.toString());
        }
    }
}
