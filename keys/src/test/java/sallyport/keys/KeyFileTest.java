package sallyport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

    @TempDir
    Path dir;

    @Test
    void a_created_key_is_for_its_owner_alone_and_loads_as_itself() throws IOException {
        Path file = dir.resolve("host_key");

        KeyPair made = KeyFile.create(file, "sallyport test");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.publicLine(KeyFile.load(file)))
                .isEqualTo(KeyFile.publicLine(made))
                .startsWith("ssh-ed25519 AAAA");
        assertThat(KeyFile.fingerprint(made.getPublic())).matches("SHA256:[A-Za-z0-9+/]{43}");
        assertThat(Files.readString(file)).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----");
        try (var files = Files.list(dir)) {
            assertThat(files).as("nothing else is left").containsExactly(file);
        }
    }

    @Test
    void an_existing_file_is_never_replaced() throws IOException {
        Path file = Files.writeString(dir.resolve("key"), "precious");

        assertThatThrownBy(() -> KeyFile.create(file, "x"))
                .isInstanceOf(SecretFileRefused.class)
                .hasMessage("key file %s exists already and is left as it is", file);
        assertThat(Files.readString(file)).isEqualTo("precious");
    }

    @Test
    void load_or_create_makes_it_once() throws IOException {
        Path file = dir.resolve("key");

        KeyPair first = KeyFile.loadOrCreate(file, "x");

        assertThat(KeyFile.publicLine(KeyFile.loadOrCreate(file, "x"))).isEqualTo(KeyFile.publicLine(first));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------", "rw-rw-rw-"})
    void a_file_open_to_others_is_refused(String mode) throws IOException {
        Path file = dir.resolve("key");
        KeyFile.create(file, "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertRefused(file, "is open to others (" + mode + "); run: chmod 600 " + file);
    }

    @Test
    void a_read_only_key_is_fine() throws IOException {
        Path file = dir.resolve("key");
        KeyFile.create(file, "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));

        assertThat(KeyFile.load(file)).isNotNull();
    }

    @Test
    void a_missing_file_is_named() {
        assertRefused(dir.resolve("none"), "does not exist");
    }

    @Test
    void a_symbolic_link_is_refused_even_to_a_good_key() throws IOException {
        Path file = dir.resolve("key");
        KeyFile.create(file, "x");

        assertRefused(Files.createSymbolicLink(dir.resolve("link"), file), "is a symbolic link; name the file itself");
    }

    @Test
    void a_folder_is_refused() {
        assertRefused(dir, "is not a regular file");
    }

    @Test
    void another_accounts_file_is_refused() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give a file away");
        Path file = dir.resolve("key");
        KeyFile.create(file, "x");
        Files.setAttribute(file, "unix:uid", 65534);

        assertRefused(file, "belongs to another account (uid 65534, this process runs as uid 0)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "-----BEGIN OPENSSH PRIVATE KEY-----\n",
                "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                "-----BEGIN OPENSSH PRIVATE KEY-----\n!!!!\n-----END OPENSSH PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nrO0ABXNyABFqYXZh\n-----END PRIVATE KEY-----\n",
                "\uDBFF\uDFFF\u0000"
            })
    void garbage_is_refused_and_not_quoted(String content) throws IOException {
        Path file = closed(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThatThrownBy(() -> KeyFile.load(file))
                .isInstanceOf(SecretFileRefused.class)
                .hasMessageStartingWith("key file " + file + " holds no private key in OpenSSH form")
                .hasNoCause();
    }

    @Test
    void a_half_written_key_is_refused() throws IOException {
        Path whole = dir.resolve("whole");
        KeyFile.create(whole, "x");
        byte[] content = Files.readAllBytes(whole);
        Path file = closed(java.util.Arrays.copyOf(content, content.length / 2));

        assertThatThrownBy(() -> KeyFile.load(file)).isInstanceOf(SecretFileRefused.class);
    }

    @Test
    void another_type_of_key_is_refused() throws Exception {
        Path file = closed(new byte[0]);
        try (var out = Files.newOutputStream(file)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
                    KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256), "x", null, out);
        }

        assertRefused(file, "holds a key of another type than ssh-ed25519");
    }

    @Test
    void a_huge_file_is_not_read() throws IOException {
        assertRefused(closed(new byte[SecretFile.LONGEST_BYTES + 1]), "is too long (16385 bytes)");
    }

    private Path closed(byte[] content) throws IOException {
        Path file = Files.write(dir.resolve("key"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> KeyFile.load(file))
                .isInstanceOf(SecretFileRefused.class)
                .hasMessage("key file " + file + " " + why);
    }
}
