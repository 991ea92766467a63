package sallyport.bastion.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.junit.jupiter.api.Test;
import sallyport.keys.KeyFile;

class HostAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    private static KeyPair fresh() throws Exception {
        return KeyFile.parse(KeyFile.fresh("test"));
    }

    @Test
    void it_vouches_for_a_host_key_under_the_names_given_for_a_day() throws Exception {
        KeyPair authority = fresh();
        KeyPair host = fresh();

        OpenSshCertificate certificate =
                new HostAuthority(authority).vouch(host.getPublic(), List.of("web-1", "web-1.prod"), NOW);

        assertThat(certificate.getType()).isEqualTo(OpenSshCertificate.Type.HOST);
        assertThat(certificate.getPrincipals()).containsExactly("web-1", "web-1.prod");
        assertThat(certificate.getValidAfter())
                .isEqualTo(NOW.minusSeconds(86_400).getEpochSecond());
        assertThat(certificate.getValidBefore())
                .isEqualTo(NOW.plusSeconds(86_400).getEpochSecond());
        assertThat(KeyUtils.compareKeys(certificate.getCertPubKey(), host.getPublic()))
                .isTrue();
        assertThat(KeyUtils.compareKeys(certificate.getCaPubKey(), authority.getPublic()))
                .isTrue();
        assertThat(certificate.getCriticalOptions()).isEmpty();
    }

    @Test
    void never_for_no_name_which_would_be_every_name() throws Exception {
        HostAuthority authority = new HostAuthority(fresh());
        var host = fresh().getPublic();
        assertThatThrownBy(() -> authority.vouch(host, List.of(), NOW)).isInstanceOf(IllegalArgumentException.class);
    }
}
