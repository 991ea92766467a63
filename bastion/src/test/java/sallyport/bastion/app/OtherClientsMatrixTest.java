package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import sallyport.bastion.Tool;

/** Clients that are not OpenSSH's, or bring a mind of their own, through the bastion, held against the same without one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherClientsMatrixTest {

    /** Debian's: its modules are not those of a Python that somebody put before it on the path. */
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private ThreeWays ways;

    @BeforeAll
    void start() throws Exception {
        ways = ThreeWays.start();
        ways.give(
                "CLIENTS",
                Path.of(OtherClientsMatrixTest.class.getResource("/clients").toURI())
                        .toString());
    }

    @AfterAll
    void stop() throws Exception {
        ways.close();
    }

    // --- dropbear ---

    /** A function {@code db} that is dbclient up to the command; it knows hosts by their names alone. */
    private static final String DROPBEAR = """
        mkdir -p $HOME/.ssh
        {
            echo "$HOST $(cut -d' ' -f2- $KNOWN)"
            echo "web-1 $(cut -d' ' -f2- $TARGET_KNOWN)"
        } > $HOME/.ssh/known_hosts
        dropbearconvert openssh dropbear $KEY $HOME/key 2> /dev/null
        outer="dbclient -T -i $HOME/key -p $PORT -l $LOGIN"
        if [ $WAY = JUMP ]; then
            db() { dbclient -T -i $HOME/key -J "$outer -B web-1:22 $HOST" -l $TARGET_LOGIN web-1 "$@"; }
        else
            db() { $outer $HOST "$@"; }
        fi
        """;

    @BothWays
    void dropbears_client_runs_commands_and_shells(Way way) {
        Tool.DBCLIENT.path();
        var outcome = ways.same(way, DROPBEAR + """
            db 'echo out; echo err >&2; exit 7'; echo $?
            db cat < $PREPARED/5M | cmp - $PREPARED/5M
            db 'kill -TERM $$' 2> /dev/null; echo $?
            echo 'echo script; exit 4' | db
            """);
        assertThat(outcome.stdout()).startsWith("out\n7\n").endsWith("script\n");
        assertThat(outcome.exit()).isEqualTo(4);
    }

    // --- PuTTY ---

    private static final String PUTTY = """
        fingerprint() { ssh-keygen -lf $1 | cut -d' ' -f2; }
        puttygen $KEY -o $HOME/key.ppk -O private
        common="-batch -noagent -i $HOME/key.ppk"
        outer="$common -hostkey $(fingerprint $KNOWN) -P $PORT -l $LOGIN"
        if [ $WAY = JUMP ]; then
            putty=($common -hostkey $(fingerprint $TARGET_KNOWN) -l $TARGET_LOGIN
                -proxycmd "plink $outer -nc %host:%port $HOST")
            at=web-1
        else
            putty=($outer)
            at=$HOST
        fi
        """;

    @BothWays
    void plink_runs_commands(Way way) {
        Tool.PLINK.path();
        var outcome = ways.same(way, PUTTY + """
            plink "${putty[@]}" -T $at 'echo out; echo err >&2; exit 7'; echo $?
            plink "${putty[@]}" -T $at cat < $PREPARED/5M | cmp - $PREPARED/5M
            plink "${putty[@]}" -T $at 'kill -TERM $$' 2> /dev/null
            """);
        assertThat(outcome.stdout()).isEqualTo("out\n7\n");
    }

    @BothWays
    void pscp_copies_a_tree_in_both_of_its_modes(Way way) {
        Tool.PLINK.path();
        var outcome = ways.same(way, PUTTY + TransferMatrixTest.TREE + """
            # Of names that are patterns or hold a newline it makes something else, or nothing.
            rm tree/*[]*?[]* tree/*\\\\* tree/*$'\n'*
            for mode in -sftp -scp; do
                mkdir $THERE/up$mode back$mode
                pscp -q "${putty[@]}" $mode -r -p tree $at:$THERE/up$mode
                pscp -q "${putty[@]}" $mode -r -p $at:$THERE/up$mode/tree back$mode
                pscp -q "${putty[@]}" $mode $at:$THERE/none .; echo $?
            done
            """);
        assertThat(outcome.stdout()).isEqualTo("1\n1\n");
        assertThat(outcome.here()).contains("./back-scp/tree/sub/5M", "./back-sftp/tree/sub/5M");
    }

    @BothWays
    void psftp_works_through_a_batch_and_writes_as_fast_as_it_is_let(Way way) {
        Tool.PLINK.path();
        // Of 4 KiB each: many more at once than others have under way.
        var outcome = ways.same(way, PUTTY + """
            for i in 1 2 3 4 5 6; do cat $PREPARED/5M; done > 30M
            cat > batch <<END
            cd $THERE
            put 30M a
            get a
            mkdir d
            mv a d/b
            put $PREPARED/0 "a b"
            rm none
            END
            psftp "${putty[@]}" -b batch -be $at > log 2>&1; echo $?
            grep -v '^Using username' log; rm log
            cmp a 30M
            """);
        assertThat(outcome.stdout()).contains("no such file or directory");
        assertThat(outcome.there()).contains("./d/b", "./a b");
        assertThat(outcome.exit()).isZero();
    }

    // --- what speaks sftp through ssh ---

    @BothWays
    void lftp_mirrors_a_tree(Way way) {
        Tool.LFTP.path();
        var outcome = ways.same(way, TransferMatrixTest.TREE + """
            cat > commands <<END
            set sftp:connect-program "ssh -a -x -F $F"
            open sftp://web-1
            cd $THERE
            put -O $THERE $PREPARED/5M
            mirror -R tree up
            mirror up down
            mv 5M moved
            get moved -o back
            get -c moved -o back
            cls -1 up
            rm none
            END
            lftp --norc -f commands
            status=$?
            rm commands
            cmp back $PREPARED/5M && exit $status
            """);
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.stderr()).contains("No such file");
        assertThat(outcome.here()).contains("./down/with space");
    }

    @BothWays
    void sshfs_is_a_file_system(Way way) {
        Tool.SSHFS.path();
        assumeTrue(
                Files.isWritable(Path.of("/dev/fuse"))
                        && Run.of(List.of(Tool.UNSHARE.path(), "--mount", "true"), new byte[0]).exit == 0,
                "nothing can be mounted here: there is no /dev/fuse, or it may not be used");
        var outcome = ways.same(way, TransferMatrixTest.TREE + """
            mkdir mnt
            sshfs -F $F web-1:$THERE mnt || exit 99
            trap 'fusermount -u mnt' EXIT
            cp -a tree mnt/tree
            cp $PREPARED/5M mnt/a; ln mnt/a mnt/hard; mv mnt/a mnt/b; ln -s b mnt/link
            truncate -s 100 mnt/tree/sub/64K
            chmod 600 mnt/b; stat -c %a mnt/b
            echo more >> mnt/b
            printf xyz | dd of=mnt/b bs=1 seek=77 conv=notrunc status=none
            rm -r mnt/tree/empty
            cat mnt/none
            ls -A mnt mnt/tree
            sha256sum mnt/b mnt/link
            """);
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.there()).contains("./tree/with space", "./link b");
    }

    // --- libraries ---

    private void python(Way way, String client, String... what) {
        Run has = Run.of(List.of(PYTHON.toString(), "-W", "ignore", "-c", "import " + client), new byte[0]);
        if (has.exit != 0) {
            throw Tool.missing(client + " is missing; install it: apt-get install python3-" + client);
        }
        for (String each : what) {
            ways.works(way, PYTHON + " -W ignore $CLIENTS/" + client + "_client.py " + each);
        }
    }

    @BothWays
    void paramiko_runs_commands_and_a_shell(Way way) {
        python(way, "paramiko", "exec", "shell");
    }

    @BothWays
    void paramiko_handles_files_and_asks_for_all_of_one_at_once(Way way) {
        python(way, "paramiko", "files");
    }

    @BothWays
    void asyncssh_runs_commands_ten_at_once_too(Way way) {
        python(way, "asyncssh", "exec", "parallel");
    }

    @BothWays
    void asyncssh_is_told_each_exit_status_and_each_signal_that_a_program_died_of(Way way) {
        python(way, "asyncssh", "statuses", "deaths");
    }

    @BothWays
    void asyncssh_changes_the_size_of_a_terminal_and_sends_a_break(Way way) {
        python(way, "asyncssh", "terminals");
    }

    @BothWays
    void asyncssh_handles_files(Way way) {
        python(way, "asyncssh", "files");
    }

    @BothWays
    void asyncssh_sends_a_signal_to_a_program(Way way) throws IOException {
        int before = signalsSeen();
        python(way, "asyncssh", "signals");
        if (ways.bastion.login.equals("root")) {
            // sshd delivers none to root's programs, and says so when one has come.
            assertThat(signalsSeen() - before).isGreaterThanOrEqualTo(2);
        }
    }

    @BothWays
    void what_asyncssh_sends_before_anything_runs_reaches_the_program(Way way) throws IOException {
        python(way, "asyncssh", "early");
        int before = signalsSeen();
        // What comes of it directly is known by now, so this is the bastion's alone.
        python(way, "asyncssh", "early");
        if (ways.bastion.login.equals("root")) {
            assertThat(signalsSeen() - before).isEqualTo(1);
        }
    }

    private int signalsSeen() throws IOException {
        return (int) Files.readString(ways.bastion.web.folder.resolve("sshd.log"))
                .lines()
                .filter(line -> line.contains("session signalling requires privilege separation"))
                .count();
    }

    private void node(Way way, String... what) {
        Tool.NODE.path();
        Path modules = Path.of("src/test/npm/node_modules").toAbsolutePath();
        if (!Files.isDirectory(modules.resolve("ssh2"))) {
            throw Tool.missing("npm's ssh2 is missing; install it: npm ci --prefix bastion/src/test/npm");
        }
        ways.give("NODE_MODULES", modules.toString());
        for (String each : what) {
            ways.works(way, "node $CLIENTS/ssh2_client.js " + each);
        }
    }

    @BothWays
    void npms_ssh2_runs_commands_and_a_shell(Way way) {
        node(way, "exec", "shell");
    }

    @BothWays
    void npms_ssh2_handles_files(Way way) {
        node(way, "files");
    }
}
