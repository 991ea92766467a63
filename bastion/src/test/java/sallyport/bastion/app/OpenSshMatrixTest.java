package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** OpenSSH's ssh through the bastion, held against the same without one: what it prints, how it ends, what it leaves behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenSshMatrixTest {

    private ThreeWays ways;

    @BeforeAll
    void start() throws Exception {
        ways = ThreeWays.start();
    }

    @AfterAll
    void stop() throws Exception {
        ways.close();
    }

    // --- what goes in and comes out ---

    @BothWays
    void stdout_and_stderr_stay_apart(Way way) {
        var outcome = ways.same(way, "ssh -F $F web-1 'echo out; echo err >&2; exit 7'");
        assertThat(outcome.stdout()).isEqualTo("out\n");
        assertThat(outcome.stderr()).isEqualTo("err");
    }

    @BothWays
    void every_byte_passes_in_all_three_streams(Way way) {
        ways.works(way, """
            ssh -F $F web-1 cat < $PREPARED/5M > out
            ssh -F $F web-1 'cat >&2' < $PREPARED/5M 2> err
            cmp out $PREPARED/5M && cmp err $PREPARED/5M
            """);
    }

    @BothWays
    void a_terminal_changes_nothing_but_the_ends_of_lines(Way way) {
        var outcome =
                ways.works(way, "ssh -tt -F $F web-1 'stty size; echo $TERM; seq 20000; tty > /dev/null' < /dev/null");
        // The client has no terminal and so no size to name.
        assertThat(outcome.stdout())
                .startsWith("0 0\r\nxterm-256color\r\n1\r\n")
                .endsWith("20000\r\n");
    }

    @BothWays
    void without_a_terminal_a_shell_reads_its_script_from_stdin(Way way) {
        var outcome = ways.same(way, "echo 'tty; echo $-; exit 3' | ssh -T -F $F web-1");
        assertThat(outcome.stdout()).startsWith("not a tty\n");
        assertThat(outcome.exit()).isEqualTo(3);
    }

    @BothWays
    void no_stdin_is_an_end_of_input_at_once(Way way) {
        assertThat(ways.works(way, "ssh -n -F $F web-1 'cat; echo end' < $PREPARED/64K")
                        .stdout())
                .isEqualTo("end\n");
    }

    @BothWays
    void what_is_sent_before_the_target_is_reached_is_kept(Way way) {
        ways.works(way, "ssh -F $F web-1 'sleep 0.3; sha256sum' < $PREPARED/5M");
    }

    @BothWays
    void a_program_that_wants_no_more_input_still_ends_as_it_likes(Way way) {
        var outcome = ways.same(way, """
            ssh -F $F web-1 'head -c 10 | wc -c; exit 4' < $PREPARED/5M; echo $?
            ssh -F $F web-1 'exec 0<&-; sleep 0.2; echo still; exit 9' < $PREPARED/5M
            """);
        assertThat(outcome.stdout()).isEqualTo("10\n4\nstill\n");
        assertThat(outcome.exit()).isEqualTo(9);
    }

    @BothWays
    void output_that_comes_after_the_program_has_ended_is_waited_for(Way way) {
        assertThat(ways.works(way, "ssh -F $F web-1 '(sleep 0.5; echo late) & echo early'")
                        .stdout())
                .isEqualTo("early\nlate\n");
    }

    @BothWays
    void a_program_may_close_its_output_and_go_on(Way way) {
        assertThat(ways.same(way, "ssh -F $F web-1 'exec 1>&- 2>&-; sleep 0.3; exit 7'")
                        .exit())
                .isEqualTo(7);
    }

    @BothWays
    void what_the_target_says_first_is_not_lost(Way way) {
        assertThat(ways.works(way, "sleep 1 | ssh -F $F web-1 'echo first; cat'")
                        .stdout())
                .isEqualTo("first\n");
    }

    @BothWays
    void a_command_reaches_the_target_as_it_was_typed(Way way) {
        ways.works(way, """
            ssh -F $F web-1 'printf %s "a\\b  c\tü \\"$((1 + 1))\\" `echo d` \\$x * ~; &"
            printf %s second\\ line'
            ssh -F $F web-1 "printf %s '$(head -c 100000 /dev/zero | tr '\\0' a)'"
            ssh -F $F web-1 "printf '\\\\303\\\\050'; : $'\\377\\376'"
            ssh -F $F web-1 ''
            """);
    }

    @BothWays
    void locale_and_git_variables_reach_the_program(Way way) {
        assertThat(ways.works(way, """
            export LC_SENT=sent
            ssh -F $F -o 'SetEnv=LC_TEST="a b" GIT_PROTOCOL=version=2' -o 'SendEnv=LC_SENT' web-1 \\
                'echo $LC_TEST $LC_SENT $GIT_PROTOCOL'
            """).stdout()).isEqualTo("a b sent version=2\n");
    }

    // --- how it ends ---

    @BothWays
    void an_exit_status_is_passed_on(Way way) {
        var outcome = ways.same(way, """
            for status in 0 1 127 250 255; do
                ssh -F $F web-1 "exit $status"
                echo $status $?
            done
            ssh -F $F web-1 no-such-command
            """);
        assertThat(outcome.stdout())
                .isEqualTo(Stream.of(0, 1, 127, 250, 255)
                        .map(status -> status + " " + status + "\n")
                        .collect(Collectors.joining()));
        assertThat(outcome.exit()).isEqualTo(127);
    }

    @BothWays
    void death_by_a_signal_is_passed_on(Way way) {
        ways.same(way, """
            for signal in TERM KILL; do
                ssh -F $F web-1 "kill -$signal \\$\\$"
                echo $?
            done
            """);
    }

    @BothWays
    void a_connection_without_a_channel_stays_until_it_is_ended(Way way) {
        assertThat(ways.same(way, "timeout 2 ssh -F $F -N web-1 2> /dev/null").exit())
                .isEqualTo(124);
    }

    @BothWays
    void keep_alives_are_answered(Way way) {
        assertThat(ways.works(
                                way,
                                "ssh -F $F -o ServerAliveInterval=1 -o ServerAliveCountMax=1 web-1 'sleep 2.5; echo"
                                        + " alive'")
                        .stdout())
                .isEqualTo("alive\n");
    }

    @BothWays
    void ten_commands_share_a_connection_at_once(Way way) {
        var outcome = ways.works(way, """
            ssh -F $F -M -N -f -S ../control_$WAY web-1
            seq 10 | xargs -P 10 -I{} bash -c '
                ssh -F $F -S ../control_$WAY web-1 "sleep 1; cat; exit {}" < $PREPARED/64K > {}; echo $?' | sort -n
            ssh -S ../control_$WAY -O check web-1 2> /dev/null && ssh -S ../control_$WAY -O exit web-1 2> /dev/null
            """);
        assertThat(outcome.stdout().lines())
                .isEqualTo(
                        IntStream.rangeClosed(1, 10).mapToObj(String::valueOf).toList());
    }

    // --- with a person before it ---

    /** A command in a real terminal. */
    private Terminal terminal(Way way, String... words) {
        Terminal terminal = Terminal.start(ways.ssh(way, words), 91, 17);
        terminal.await("ready");
        return terminal;
    }

    @BothWays
    void a_program_follows_the_size_of_the_terminal(Way way) {
        for (Way each : List.of(Way.DIRECT, way)) {
            try (Terminal terminal = terminal(
                    each,
                    "-t",
                    "web-1",
                    "trap 'echo now $(stty size)' WINCH; echo then $(stty size) ready; while :; do sleep 0.1; done")) {
                assertThat(terminal.text()).contains("then 17 91");
                terminal.resize(120, 40);
                terminal.await("now 40 120");
            }
        }
    }

    @BothWays
    void keys_that_stop_a_program_do(Way way) {
        for (Way each : List.of(Way.DIRECT, way)) {
            try (Terminal terminal = terminal(
                    each, "-t", "web-1", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done")) {
                terminal.type("\003").await("caught");
                assertThat(terminal.exit()).isEqualTo(5);
            }
        }
    }

    @BothWays
    void escapes_of_the_client_are_the_clients(Way way) {
        for (Way each : List.of(Way.DIRECT, way)) {
            try (Terminal terminal = terminal(each, "-t", "-e", "~", "web-1", "stty -echo; echo ready; cat")) {
                terminal.type("\r~?").await("Supported escape sequences");
                terminal.type("\r~B");
                terminal.type("\r~~after the break\r").await("~after the break");
                terminal.type("\r~.");
                assertThat(terminal.exit()).isEqualTo(255);
            }
        }
    }

    // --- an editor ---

    @BothWays
    void an_editors_server_is_brought_and_started(Way way) throws Exception {
        // As VS Code does, which then goes to the server through -D: a shell without a terminal that reads its steps
        // from stdin.
        ways.give("SOCKS", String.valueOf(SshdTarget.freePort()));
        var outcome = ways.works(way, """
            cat > server <<'END'
            import http.server, os
            server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
            open("port", "w").write(str(server.server_port))
            server.handle_request()
            END
            {
                echo "mkdir -p $THERE/.server && cd $THERE/.server || exit 12"
                echo "base64 -d > server.py <<'END'"
                { cat server; head -c 500000 /dev/zero | tr '\\0' '#'; } | base64
                echo END
                cat <<'END'
                echo "uploaded $(wc -c < server.py)"
                (setsid /usr/bin/python3 server.py < /dev/null > log 2>&1 & echo $! > pid)
                for i in $(seq 100); do [ -s port ] && break; sleep 0.1; done
                exec 3<> /dev/tcp/127.0.0.1/$(cat port)
                printf 'GET /server.py HTTP/1.0\\r\\n\\r\\n' >&3
                head -n 1 <&3
                kill $(cat pid) 2> /dev/null
                rm -f pid port log
                echo "exitCode==0=="
            END
            } | ssh -T -D $SOCKS -F $F -o ConnectTimeout=15 web-1 bash
            """);
        assertThat(outcome.stdout()).startsWith("uploaded 500").endsWith("200 OK\r\nexitCode==0==\n");
    }
}
