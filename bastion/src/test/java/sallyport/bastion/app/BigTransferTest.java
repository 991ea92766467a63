package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sallyport.bastion.Tool;

/**
 * Sizes that a usual run has no time for, with new keys for each MiB. Run on request, {@code mvn verify -Pbig}, smaller with
 * {@code -Dbig.mebibytes=256 -Dbig.files=1000}; what was measured is in {@code target/big-transfers.md}. It needs five times the
 * size on the disk of the temporary folder.
 */
@Tag("big")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BigTransferTest {

    private static final int MEBIBYTES = Integer.getInteger("big.mebibytes", 4096);
    private static final int FILES = Integer.getInteger("big.files", 10_000);
    private static final Path FIGURES = Path.of("target", "big-transfers.md");

    private ThreeWays ways;

    @BeforeAll
    void start() throws Exception {
        Tool.SCP.path();
        Tool.RSYNC.path();
        ways = ThreeWays.start();
        ways.mayTake(Duration.ofHours(2));
        // Bytes that nothing can leave out, exchange or press together unseen.
        ways.prepare(Tool.OPENSSL.path() + " enc -aes-128-ctr -nosalt -pass pass:big -pbkdf2 < /dev/zero 2> /dev/null |"
                + " head -c " + MEBIBYTES + "M > big");
        ways.prepare("mkdir many; for i in $(seq " + FILES + "); do echo $i > many/$i; done");
        ways.give("RENEW", "-o RekeyLimit=1M");
        Files.writeString(FIGURES, """
            %d MiB, keys renewed each MiB; %d files for rsync. Heap is what is used when it is over, after a collection.

            | what | way | s | heap, MiB |
            |---|---|---|---|
            """.formatted(MEBIBYTES, FILES));
    }

    @AfterAll
    void stop() throws Exception {
        ways.close();
    }

    private void same(Way way, String what, String script) throws IOException {
        var expected = ways.direct(script);
        var outcome = way == Way.DIRECT ? expected : ways.outcome(way, script);
        double seconds = ways.took().toMillis() / 1000.0;
        System.gc();
        long heap = (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
        Files.writeString(
                FIGURES,
                String.format(Locale.ROOT, "| %s | %s | %.1f | %d |%n", what, way, seconds, heap),
                StandardOpenOption.APPEND);
        assertThat(outcome).isEqualTo(expected);
        assertThat(outcome.exit()).as("%s", outcome).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void scp_brings_a_big_file_there(Way way) throws IOException {
        same(way, "scp there", "scp -F $F $RENEW $PREPARED/big web-1:$THERE/");
    }

    @ParameterizedTest
    @EnumSource
    void scp_brings_a_big_file_back(Way way) throws IOException {
        same(way, "scp back", "scp -F $F $RENEW web-1:$PREPARED/big .");
    }

    @ParameterizedTest
    @EnumSource
    void a_command_takes_and_gives_as_much_at_once(Way way) throws IOException {
        same(way, "exec cat, both ways", "ssh -F $F $RENEW web-1 cat < $PREPARED/big | sha256sum");
    }

    @ParameterizedTest
    @EnumSource
    void rsync_brings_many_small_files_there_once(Way way) throws IOException {
        same(
                way,
                "rsync",
                "rsync -e \"ssh -F $F\" -a $PREPARED/many web-1:$THERE/ && rsync -e \"ssh -F $F\" -ai $PREPARED/many"
                        + " web-1:$THERE/");
    }
}
