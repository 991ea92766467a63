package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import sallyport.policy.retention.Retention;
import sallyport.recorder.store.Vault;
import sallyport.recorder.store.VaultLocked;

class AgeSealingTest {

    /** The public key of the age format's own example. */
    private static final String RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    private static BastionSettings.Recordings recordings(List<String> recipients) {
        return new BastionSettings.Recordings(
                Path.of("/nowhere"),
                Retention.usual(),
                recipients,
                List.of(),
                Duration.ofMinutes(1),
                OptionalLong.empty());
    }

    @Test
    void nothing_is_encrypted_unless_somebody_is_named() throws Exception {
        assertThat(AgeSealing.of(recordings(List.of()))).isEmpty();
    }

    @Test
    void what_is_sealed_is_an_age_file_and_the_store_is_told_if_no_key_opens_it() throws Exception {
        Vault vault = AgeSealing.of(recordings(List.of(RECIPIENT))).orElseThrow();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = vault.seal(file)) {
            out.write("canary".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(file.toString(StandardCharsets.ISO_8859_1))
                .startsWith("age-encryption.org/v1\n-> X25519 ")
                .doesNotContain("canary");
        assertThat(vault.suffix()).isEqualTo(".age");
        assertThat(vault.words()).startsWith("encrypted with age to age1ql3z7hjy...; no private key is here");
        try (InputStream in = new ByteArrayInputStream(file.toByteArray())) {
            assertThatThrownBy(() -> vault.open(in))
                    .isInstanceOf(VaultLocked.class)
                    .hasMessageContaining("no private key is configured");
        }
    }

    @Test
    void a_recipient_that_is_none_refuses_the_start() {
        assertThatThrownBy(() -> AgeSealing.of(recordings(List.of("age1nonsense"))))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("recordings cannot be encrypted: a recipient is no public key of age");
    }
}
