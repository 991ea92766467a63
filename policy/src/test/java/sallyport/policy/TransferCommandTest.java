package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferCommandTest {

    private static Optional<TransferCommand> of(String command) {
        return TransferCommand.of(new Command(command.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void what_clients_ask_for_is_recognised() {
        assertThat(of("scp -t /srv/a")).contains(new TransferCommand.Scp(FileAccess.WRITE, "/srv/a", false));
        assertThat(of("scp -v -r -p -d -t -- -a")).contains(new TransferCommand.Scp(FileAccess.WRITE, "-a", true));
        assertThat(of("scp -qrpf .")).contains(new TransferCommand.Scp(FileAccess.READ, ".", false));
        assertThat(of("scp -f 'a b'\\''c\"d'")).contains(new TransferCommand.Scp(FileAccess.READ, "a b'c\"d", false));
        assertThat(of("scp -f \"a;b\"\\ \\$c")).contains(new TransferCommand.Scp(FileAccess.READ, "a;b $c", false));
        assertThat(of("scp -f ~/a")).contains(new TransferCommand.Scp(FileAccess.READ, "~/a", false));
        assertThat(of("scp -f a\u00e4")).contains(new TransferCommand.Scp(FileAccess.READ, "a\u00e4", false));
        assertThat(of("rsync --server -vlogDtpre.iLsfxCIvu . /srv/a"))
                .contains(new TransferCommand.Rsync(FileAccess.WRITE, List.of("/srv/a")));
        assertThat(of("rsync --server --sender -vlogDtpre.iLsfxCIvu . /srv/a b"))
                .contains(new TransferCommand.Rsync(FileAccess.READ, List.of("/srv/a", "b")));
        assertThat(of("rsync --server --sender -se.LsfxCIvu"))
                .contains(new TransferCommand.Rsync(FileAccess.READ, List.of()));
        assertThat(of("rsync --server -e.LsfxCIvu .")).contains(new TransferCommand.Rsync(FileAccess.WRITE, List.of()));
        assertThat(of("git-upload-pack '/srv/a b.git'"))
                .contains(new TransferCommand.Git(FileAccess.READ, "/srv/a b.git"));
        assertThat(of("git-receive-pack 'a.git'")).contains(new TransferCommand.Git(FileAccess.WRITE, "a.git"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "scp",
                "scp -t",
                "scp -t x; sh",
                "scp -t x;sh",
                "scp -t x\nsh",
                "scp -t 'x\nsh'",
                "scp -t x\0",
                "scp -t x|sh",
                "scp -t x||sh",
                "scp -t x&",
                "scp -t x&&sh",
                "scp -t `sh`",
                "scp -t \"`sh`\"",
                "scp -t $(sh)",
                "scp -t \"$HOME\"",
                "scp -t $HOME",
                "scp -t <(sh)",
                "scp -t x >y",
                "scp -t x <y",
                "scp -f *.log",
                "scp -f a?",
                "scp -f [ab]",
                "scp -f {a,b}",
                "scp -f ~root/x",
                "scp -f =ls",
                "scp -f a!b",
                "scp -f \"a!b\"",
                "scp -f a #b",
                "scp -f a^b",
                "scp -f 'a",
                "scp -f a\\",
                "scp -t a\tb",
                "scp -t -f a",
                "scp -t a b",
                "scp -t ''",
                "scp -S sh -t a",
                "scp -t -oProxyCommand=sh a",
                "scp a b",
                "scp -t x -f",
                "/tmp/scp -t x",
                "A=b scp -t x",
                "exec scp -t x",
                "rsync --daemon . x",
                "rsync --server --daemon .",
                "rsync --server x",
                "rsync --server x . y",
                "rsync --server -e.Lsfx . x; sh",
                "git-upload-pack 'a' 'b'",
                "git-upload-pack --upload-pack=sh",
                "git upload-pack a",
                "git-shell -c a"
            })
    void what_may_do_anything_else_is_a_command_like_any_other(String command) {
        assertThat(of(command)).isEmpty();
    }
}
