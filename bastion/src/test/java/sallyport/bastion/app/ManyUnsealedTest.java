package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import sallyport.db.DatabaseSettings;

/** After a crash with very many sessions, people log in while their recordings are still being sealed (R13). */
class ManyUnsealedTest {

    private static final int SESSIONS = 10_000;

    @Test
    void logins_do_not_wait_for_ten_thousand_recordings_that_a_crash_left_behind() throws Exception {
        try (TestBastion house = TestBastion.start()) {
            assertThat(house.run("engineer", house.at("web-1"), "true").exit).isZero();
            house.bastion.close();
            leaveBehind(house);

            long began = System.nanoTime();
            Bastion second = Bastion.start(house.settings(0, 0), InstantSource.system(), System::nanoTime);
            try {
                house.bastionServesOn(second.sshPort());
                Run login = house.run("engineer", house.at("web-1"), "echo served");
                assertThat(login.out()).as("%s", login).isEqualTo("served\n");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> count(house, "ending = 'bastion_died' and recording_sha256 is not null") > 0);
            } finally {
                long closing = System.nanoTime();
                second.close();
                // It does not finish what it was at; the next start does.
                assertThat(Duration.ofNanos(System.nanoTime() - closing)).isLessThan(Duration.ofSeconds(20));
            }
        }
    }

    /** Rows and folders as a bastion leaves them that is killed: copies of one session that was. */
    private static void leaveBehind(TestBastion house) throws Exception {
        Path day = house.folder.resolve("recordings/2026/11/20");
        Path open = house.folder.resolve("recordings/open");
        Files.createDirectories(day);
        byte[] cast = """
            {"version":3,"term":{"cols":80,"rows":24,"type":"xterm"},"timestamp":1795180000,"sallyport":{"streams":"terminal"}}
            #clock 2026-11-20T13:46:40Z 0.000
            [0.500, "o", "$ "]
            [1.000, "o", "cut\
            """.getBytes(StandardCharsets.US_ASCII);
        String[] ids = new String[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            // As old as its folder says.
            ids[i] = new UUID(0x01a1f0000000_7000L + ((long) i << 16), 0x8000_0000_0000_0000L | i).toString();
            Path folder = Files.createDirectory(day.resolve(ids[i]));
            Files.write(folder.resolve("part-0001.cast"), cast);
            Files.createSymbolicLink(open.resolve(ids[i]), open.relativize(folder));
        }
        try (Connection connection = owner(house);
                PreparedStatement copies = connection.prepareStatement("""
                    insert into session select (jsonb_populate_record(one,
                        jsonb_build_object('id', copy, 'state', 'running', 'ended_at', null, 'ending', null,
                                           'ending_detail', null, 'exit_status', null, 'recording_sha256', null))).*
                    from session one, unnest(?) copy
                    """)) {
            copies.setArray(1, connection.createArrayOf("text", ids));
            assertThat(copies.executeUpdate()).isEqualTo(SESSIONS);
        }
    }

    private static int count(TestBastion house, String which) throws Exception {
        try (Connection connection = owner(house);
                PreparedStatement question =
                        connection.prepareStatement("select count(*) from session where " + which);
                ResultSet answer = question.executeQuery()) {
            answer.next();
            return answer.getInt(1);
        }
    }

    private static Connection owner(TestBastion house) throws Exception {
        DatabaseSettings owner = house.database.owner();
        return DriverManager.getConnection(owner.url(), owner.user(), owner.password());
    }
}
