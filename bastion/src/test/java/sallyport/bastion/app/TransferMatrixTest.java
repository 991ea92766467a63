package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import sallyport.bastion.Tool;

/** Files through the bastion with scp, sftp, rsync, tar and git over OpenSSH's ssh, held against the same without one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransferMatrixTest {

    /** Makes {@code tree}: 0 B to 5 MiB, and names that shells and protocols have stumbled over. */
    static final String TREE = """
        mkdir -p tree/sub/deeper tree/empty
        cp $PREPARED/* tree/sub/
        (
            cd tree
            for name in 'with space' "quo'te\\"s" 'ümlaut 漢' -dash .hidden '$HOME `id` * ?' 'back\\slash' 'a;b&c' '[a]{b}'; do
                echo "$name" > "./$name"
            done
            echo > $'new\\nline'
            chmod 600 sub/1
            chmod 755 sub/64K
            touch -d '2020-02-03 04:05:06Z' sub/1 sub/5M
            ln -s sub/1 link
        )
        """;

    private static final String GIT = """
        export GIT_SSH_COMMAND="ssh -F $F" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
        export GIT_AUTHOR_NAME=engineer GIT_AUTHOR_EMAIL=engineer@localhost GIT_AUTHOR_DATE='1700000000 +0000'
        export GIT_COMMITTER_NAME=engineer GIT_COMMITTER_EMAIL=engineer@localhost GIT_COMMITTER_DATE='1700000000 +0000'
        """;

    private ThreeWays ways;

    @BeforeAll
    void start() throws Exception {
        Tool.SCP.path();
        Tool.SFTP.path();
        Tool.RSYNC.path();
        Tool.GIT.path();
        ways = ThreeWays.start();
    }

    @AfterAll
    void stop() throws Exception {
        ways.close();
    }

    // --- scp ---

    @BothWays
    void scp_copies_a_tree_there_and_back(Way way) {
        var outcome = ways.works(way, TREE + """
            scp -F $F -rp tree web-1:$THERE/ && scp -F $F -rp web-1:$THERE/tree back && diff -r tree back
            """);
        assertThat(outcome.there()).contains("tree/with space", "tree/sub/5M  1580702706");
    }

    @BothWays
    void scp_in_its_old_mode_copies_a_tree_there_and_back(Way way) {
        // It cannot say a newline, and copies that file under another name.
        var outcome = ways.works(way, TREE + """
            scp -O -F $F -rp tree web-1:$THERE/ && scp -O -F $F -rp web-1:$THERE/tree back
            """);
        assertThat(outcome.there()).contains("tree/with space", "tree/sub/5M  1580702706");
    }

    @BothWays
    void scp_takes_single_files_and_says_what_is_missing(Way way) {
        var outcome = ways.same(way, TREE + """
            for mode in -s -O; do
                scp $mode -F $F ./tree/-dash 'tree/with space' web-1:$THERE
                scp $mode -F $F web-1:$THERE/-dash ./back$mode
                scp $mode -F $F web-1:$THERE/nothing .; echo $?
                scp $mode -F $F $PREPARED/1 web-1:$THERE/no/such/folder; echo $?
            done
            """);
        assertThat(outcome.stdout()).isEqualTo("1\n1\n1\n1\n");
        assertThat(outcome.here()).contains("./back-s", "./back-O");
    }

    // --- sftp ---

    @BothWays
    void sftp_works_through_a_batch(Way way) {
        var outcome = ways.same(way, TREE + """
            head -c 1000000 $PREPARED/5M > part
            cat > batch <<END
            cd $THERE
            put -pr tree
            ls -1 tree
            get -p tree/sub/5M back
            reget $THERE/tree/sub/5M part
            reput part tree/sub/64K
            mkdir d
            rename tree/sub/1 d/one
            rm tree/sub/0
            chmod 640 d/one
            ln -s d s
            ln d/one hard
            -rm nothing
            -mkdir d
            get "tree/with space"
            get "tree/quo'te\\"s"
            pwd
            ls -l nothing
            put part never
            END
            sftp -F $F -b batch web-1
            """);
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.there()).contains("d/one", "./hard").doesNotContain("never");
    }

    // --- rsync and tar ---

    @BothWays
    void rsync_brings_there_what_changed_and_nothing_else(Way way) {
        var outcome = ways.works(way, TREE + """
            export RSYNC_RSH="ssh -F $F"
            mkdir tree/many; for i in $(seq 300); do echo $i > tree/many/$i; done
            touch -d '2020-02-03 04:05:06Z' tree/many/2 tree/many
            rsync -a --delete tree/ web-1:$THERE/up
            echo second; rsync -ai --delete tree/ web-1:$THERE/up
            rm tree/many/1*; echo changed > tree/many/2
            echo third; rsync -ai --delete tree/ web-1:$THERE/up
            """);
        assertThat(outcome.stdout())
                .startsWith("second\nthird\n")
                .contains("*deleting   many/100\n", " many/2\n")
                .doesNotContain("many/300", "sub");
    }

    @BothWays
    void rsync_fetches_compresses_and_goes_on_where_it_stopped(Way way) {
        var outcome = ways.same(way, TREE + """
            export RSYNC_RSH="ssh -F $F"
            mv tree $THERE
            rsync -a web-1:$THERE/tree/ down
            echo second; rsync -ai web-1:$THERE/tree/ down
            head -c 1000000 $PREPARED/5M > part
            rsync --partial --append-verify web-1:$THERE/tree/sub/5M part && cmp part $PREPARED/5M
            rsync -s -a web-1:"$THERE/tree/with space" .
            rsync -az web-1:$THERE/tree/ packed
            rsync -a web-1:$THERE/none .
            """);
        assertThat(outcome.stdout()).isEqualTo("second\n");
        assertThat(outcome.exit()).isEqualTo(23);
    }

    @BothWays
    void tar_passes_a_tree_both_ways(Way way) {
        ways.works(way, TREE + """
            tar c tree | ssh -F $F web-1 "tar x -C $THERE"
            mkdir back; ssh -F $F web-1 "tar cz -C $THERE tree" | tar xz -C back
            diff -r --no-dereference tree back/tree
            """);
    }

    // --- git ---

    @BothWays
    void git_pushes_clones_and_fetches(Way way) {
        // What stands in .git depends on the run; what matters of it is printed.
        var outcome = ways.works(way, GIT + """
            git init -q --bare -b main $THERE/repo.git
            git init -q -b main work; cd work; cp $PREPARED/* .; git add .; git commit -qm one
            git remote add origin web-1:$THERE/repo.git; git push -q origin main
            cd ..; git clone -q web-1:$THERE/repo.git copy
            cd copy; git checkout -q -b two; echo 2 >> 1; git commit -qam two; git push -q origin two
            cd ../work; git fetch -q; git rev-parse origin/main origin/two; git fsck --strict
            cd ..; GIT_TRACE_PACKET=1 git -c protocol.version=2 ls-remote web-1:$THERE/repo.git 2>&1 | grep -c 'version 2'
            git -C $THERE/repo.git rev-parse main two
            rm -rf */.git $THERE/repo.git
            """);
        assertThat(outcome.stdout().lines()).hasSize(5).contains("1");
        assertThat(outcome.here()).contains("./copy/5M");
    }

    @BothWays
    void git_says_what_the_target_says(Way way) {
        assertThat(ways.same(way, GIT + "git clone web-1:$THERE/none.git").exit())
                .isEqualTo(128);
    }
}
