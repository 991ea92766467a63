package sallyport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PinnedHostKeysTest {

    private final KeyPair known = key("ssh-ed25519", 256);
    private final KeyPair stranger = key("ssh-ed25519", 256);
    private final KeyPair other = key("ecdsa-sha2-nistp256", 256);

    @Test
    void only_a_listed_key_is_contained() {
        PinnedHostKeys pinned = PinnedHostKeys.parse(
                List.of(KeyFile.publicLine(known) + " a comment", "  " + PublicKeyEntry.toString(other.getPublic())));

        assertThat(pinned.contains(known.getPublic())).isTrue();
        assertThat(pinned.contains(other.getPublic())).isTrue();
        assertThat(pinned.contains(stranger.getPublic())).isFalse();
        assertThat(pinned.types()).containsExactly("ecdsa-sha2-nistp256", "ssh-ed25519");
        assertThat(pinned)
                .hasToString(KeyFile.fingerprint(known.getPublic()) + ", " + KeyFile.fingerprint(other.getPublic()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh-ed25519 | is not of the form",
                "ssh-ed25519 AAAA | is damaged",
                "ssh-ed25519 !!!! | is damaged",
                "ssh-dss AAAAB3NzaC1kc3M= | is of an unknown type",
                "@cert-authority ssh-ed25519 AAAA | is of an unknown type",
                "ecdsa-sha2-nistp256 AAAAC3NzaC1lZDI1NTE5AAAAIFjUvr2Sxl3RbeF4AFP2bPSJ4rXDz5DZ3TCDMBCnpVfL | is damaged",
            })
    void a_line_that_is_no_key_is_named_by_its_number(String line, String why) {
        assertThatThrownBy(() -> PinnedHostKeys.parse(List.of(KeyFile.publicLine(known), line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("host key 2 " + why);
    }

    @Test
    void an_empty_list_is_refused() {
        assertThatThrownBy(() -> PinnedHostKeys.parse(List.of())).hasMessage("no host key is given");
    }

    private static KeyPair key(String type, int bits) {
        try {
            return KeyUtils.generateKeyPair(type, bits);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
