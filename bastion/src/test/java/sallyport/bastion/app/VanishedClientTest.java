package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import sallyport.bastion.Tool;

/**
 * A client whose network goes away says nothing: the kernel has to ask for it (R8). To cut a network takes rights that
 * machines rarely give, so this looks at what the kernel was told, by the clock that it shows.
 */
class VanishedClientTest {

    private static final Pattern KEEP_ALIVE_SECONDS = Pattern.compile("timer:\\(keepalive,(\\d+)(?:\\.\\d+)?sec,0\\)");

    @Test
    void the_kernel_asks_after_an_idle_client_well_within_the_minute_it_is_given() throws Exception {
        String ss = Tool.SS.path();
        try (TestBastion bastion = TestBastion.start();
                Terminal shell = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            shell.await("new session");
            List<String> look = List.of(
                    ss, "-tnoH", "state", "established", "sport = :" + bastion.bastion.sshPort(), "src", "127.0.0.1");
            Awaitility.await().untilAsserted(() -> {
                String shown = Run.of(look, new byte[0]).out();
                Matcher timer = KEEP_ALIVE_SECONDS.matcher(shown);
                assertThat(timer.find()).as(shown).isTrue();
                assertThat(Integer.parseInt(timer.group(1))).isBetween(10, 20);
            });
        }
    }
}
