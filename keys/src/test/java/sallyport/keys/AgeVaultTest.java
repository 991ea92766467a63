package sallyport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside Debian's {@code age}: keys come from it, and each opens what the other wrote. */
class AgeVaultTest {

    @TempDir
    private Path dir;

    private String recipient = "";
    private Path identity = Path.of("");

    /** Two programs of one package; where they are missing the test is skipped, in CI it fails. */
    @BeforeEach
    void key() throws Exception {
        boolean there = Files.isExecutable(Path.of("/usr/bin/age"));
        if (!there && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("age is missing; install it: apt-get install age");
        }
        Assumptions.assumeTrue(there, "age is missing; install it: apt-get install age");
        identity = newIdentity("one");
        recipient = recipientOf(identity);
    }

    private Path newIdentity(String name) throws Exception {
        Path file = dir.resolve(name + ".key");
        run(new byte[0], "/usr/bin/age-keygen", "-o", file.toString());
        return file;
    }

    private String recipientOf(Path file) throws Exception {
        return new String(run(new byte[0], "/usr/bin/age-keygen", "-y", file.toString()), StandardCharsets.US_ASCII)
                .strip();
    }

    private byte[] run(byte[] input, String... command) throws Exception {
        Path in = Files.write(dir.resolve("stdin"), input);
        Path out = dir.resolve("stdout");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(dir.resolve("stderr").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(dir.resolve("stderr")))
                .isZero();
        return Files.readAllBytes(out);
    }

    private static byte[] sealed(AgeVault vault, byte[] plain) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = vault.seal(file)) {
            // In pieces that fit no border of the format.
            for (int from = 0; from < plain.length; from += 10_007) {
                out.write(plain, from, Math.min(10_007, plain.length - from));
            }
        }
        return file.toByteArray();
    }

    private static byte[] opened(AgeVault vault, byte[] file) throws IOException {
        try (InputStream in = vault.open(new ByteArrayInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003})
    void each_opens_what_the_other_wrote(int length) throws Exception {
        AgeVault vault = AgeVault.of(List.of(recipient), List.of(identity));
        byte[] plain = bytes(length);

        assertThat(run(sealed(vault, plain), "/usr/bin/age", "-d", "-i", identity.toString()))
                .isEqualTo(plain);
        assertThat(opened(vault, run(plain, "/usr/bin/age", "-r", recipient))).isEqualTo(plain);
        assertThat(opened(vault, sealed(vault, plain))).isEqualTo(plain);
    }

    @Test
    void any_of_several_recipients_opens_it() throws Exception {
        Path second = newIdentity("two");
        byte[] file = sealed(AgeVault.of(List.of(recipient, recipientOf(second)), List.of()), bytes(100));
        assertThat(opened(AgeVault.of(List.of(), List.of(identity)), file)).isEqualTo(bytes(100));
        assertThat(opened(AgeVault.of(List.of(), List.of(second)), file)).isEqualTo(bytes(100));
        assertThat(run(file, "/usr/bin/age", "-d", "-i", second.toString())).isEqualTo(bytes(100));
    }

    @Test
    void after_a_change_of_keys_old_files_are_read_with_the_old_one_and_new_ones_are_not_for_it() throws Exception {
        byte[] old = sealed(AgeVault.of(List.of(recipient), List.of()), bytes(100));
        Path second = newIdentity("two");
        AgeVault rotated = AgeVault.of(List.of(recipientOf(second)), List.of(identity, second));
        byte[] young = sealed(rotated, bytes(200));

        assertThat(opened(rotated, old)).isEqualTo(bytes(100));
        assertThat(opened(rotated, young)).isEqualTo(bytes(200));
        AgeVault before = AgeVault.of(List.of(), List.of(identity));
        assertThatThrownBy(() -> opened(before, young)).isInstanceOf(AgeLocked.class);
    }

    @Test
    void several_keys_may_be_in_one_file() throws Exception {
        Path second = newIdentity("two");
        Path both = dir.resolve("both.key");
        Files.writeString(both, Files.readString(second).replace("\n", "\r\n") + "\n\n" + Files.readString(identity));
        Files.setPosixFilePermissions(both, PosixFilePermissions.fromString("rw-------"));
        AgeVault vault = AgeVault.of(List.of(recipient), List.of(both));
        assertThat(opened(vault, sealed(vault, bytes(9)))).isEqualTo(bytes(9));
        assertThat(vault.words())
                .isEqualTo(
                        "encrypted with age to " + recipient.substring(0, 12) + "...; 2 private keys are here to read");
    }

    @Test
    void a_lost_key_is_said_in_words_with_what_to_do() throws Exception {
        Path second = newIdentity("two");
        byte[] file = sealed(AgeVault.of(List.of(recipient), List.of()), bytes(100));
        AgeVault other = AgeVault.of(List.of(recipientOf(second)), List.of(second));
        assertThatThrownBy(() -> opened(other, file))
                .isInstanceOf(AgeLocked.class)
                .hasMessage("it is encrypted, and none of the 1 private keys in " + second + " opens it; what is sealed"
                        + " now is for " + recipientOf(second).substring(0, 12) + ".... Add"
                        + " the identity file of the key that it was sealed for to recordings.identities, or take the"
                        + " file to where that key is and open it with: age -d -i KEYFILE. Without any of its keys it"
                        + " cannot be read by anybody");
        AgeVault none = AgeVault.of(List.of(recipient), List.of());
        assertThatThrownBy(() -> opened(none, file))
                .isInstanceOf(AgeLocked.class)
                .hasMessageContaining("no private key is configured");
        assertThat(none.words()).endsWith("no private key is here, so what is encrypted cannot be read here");
    }

    @Test
    void what_was_cut_or_altered_is_never_given_out() throws Exception {
        AgeVault vault = AgeVault.of(List.of(recipient), List.of(identity));
        byte[] file = sealed(vault, bytes(300));
        for (int i = 0; i < file.length; i++) {
            byte[] flipped = file.clone();
            flipped[i] ^= 1;
            assertThatThrownBy(() -> opened(vault, flipped)).as("byte %d", i).isInstanceOf(IOException.class);
            byte[] cut = Arrays.copyOf(file, i);
            assertThatThrownBy(() -> opened(vault, cut)).as("first %d", i).isInstanceOf(IOException.class);
        }
    }

    @Test
    void private_keys_are_in_no_text() throws Exception {
        String secret = Files.readString(identity)
                .lines()
                .filter(l -> l.startsWith("AGE-SECRET-KEY-1"))
                .findFirst()
                .orElseThrow();
        assertThat(AgeVault.of(List.of(recipient), List.of(identity)).toString())
                .doesNotContain("AGE-SECRET", secret.substring(20, 40));
        assertThatThrownBy(() -> AgeVault.of(List.of(secret), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a recipient is a private key;")
                .satisfies(thrown -> assertThat(trace(thrown)).doesNotContain(secret.substring(20, 40)));
        Path broken = dir.resolve("broken.key");
        Files.writeString(
                broken, secret.substring(0, 40) + (secret.charAt(40) == 'Q' ? "P" : "Q") + secret.substring(41));
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> AgeVault.of(List.of(), List.of(broken)))
                .isInstanceOf(SecretFileRefused.class)
                .hasMessageContaining("has a line that is no private key of age")
                .satisfies(thrown -> assertThat(trace(thrown)).doesNotContain(secret.substring(20, 39)));
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @Test
    void keys_that_cannot_be_used_are_refused_in_words() throws Exception {
        for (String wrong : List.of("", "nonsense", "age1nonsense", recipient.substring(1), recipient + "q")) {
            assertThatThrownBy(() -> AgeVault.of(List.of(wrong), List.of()))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a recipient is no public key of age");
        }
        assertThatThrownBy(() -> AgeVault.of(List.of(recipient, recipient), List.of()))
                .hasMessage("a recipient is there twice");
        Files.setPosixFilePermissions(identity, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> AgeVault.of(List.of(), List.of(identity)))
                .isInstanceOf(SecretFileRefused.class)
                .hasMessageContaining("identity file " + identity + " is open to others");
        Path empty = Files.writeString(dir.resolve("empty.key"), "# nothing\n");
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> AgeVault.of(List.of(), List.of(empty)))
                .hasMessageContaining("holds no private key of age");
        assertThat(AgeVault.of(List.of(), List.of()).canSeal()).isFalse();
    }
}
