package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.bastion.Tool;

/** A client's own agent for programs on a target: a real one, OpenSSH's client and sshd (T30). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentTest {

    private TestBastion bastion;
    private Path socket;
    private Path key;
    private Process agent;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        socket = bastion.folder.resolve("agent");
        key = bastion.folder.resolve("agent_key");
        SshdTarget.keygen(key);
        agent = new ProcessBuilder(Tool.SSH_AGENT.path(), "-D", "-a", socket.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Awaitility.await().until(() -> Files.exists(socket));
        assertThat(add(socket, key.toString()).exit).isZero();
    }

    @AfterAll
    void stop() throws Exception {
        agent.destroyForcibly().onExit().join();
        bastion.close();
    }

    private Run add(Path agentSocket, String argument) {
        return Run.of(
                List.of(Tool.SSH_ADD.path(), argument),
                new byte[0],
                Map.of("SSH_AUTH_SOCK", agentSocket.toString()),
                bastion.folder);
    }

    private void allow(String forward) throws Exception {
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE)
                        + "  - name: forwards\n    roles: [engineer]\n    targets: [web-1]\n    forward: " + forward
                        + "\n");
        bastion.bastion.reload();
    }

    /** An ssh that lends the agent; it asks it for no key to log in with. */
    private List<String> lending(String userPart, String option, String... command) {
        List<String> line = bastion.ssh("engineer", userPart, List.of(option, "-o", "ForwardAgent=yes"), command);
        line.replaceAll(part -> part.equals("IdentityAgent=none") ? "IdentityAgent=" + socket : part);
        return line;
    }

    private Run run(String command) {
        return Run.of(lending(bastion.at("web-1"), "-T", command), new byte[0]);
    }

    private String fingerprint() {
        return Run.of(List.of(Tool.SSH_KEYGEN.path(), "-lf", key + ".pub"), new byte[0])
                .out()
                .split(" ")[1];
    }

    @Test
    void it_is_not_lent_where_no_rule_says_so_and_the_program_runs() throws Exception {
        allow("[target-loopback, remote]");
        Run run = run("echo \"[$SSH_AUTH_SOCK]\"");
        assertThat(run.exit).as("%s", run).isZero();
        assertThat(run.out()).isEqualTo("[]\n");
    }

    @Test
    void lent_it_signs_and_each_signature_is_written_down() throws Exception {
        allow("[agent]");
        Run listed = run("ssh-add -l");
        assertThat(listed.out()).as("%s", listed).contains(fingerprint());
        Run signed = run("ssh-add -T " + key + ".pub && echo done");
        assertThat(signed.out()).as("%s", signed).contains("done");
        String code = Json.items(bastion.printed("engineer", "session list --json")).stream()
                .filter(session -> "forward".equals(session.get("mode")))
                .findFirst()
                .map(session -> Json.text(session, "code"))
                .orElseThrow();
        bastion.awaitSealed(code);
        assertThat(new String(bastion.download(code, "text"), StandardCharsets.UTF_8))
                .containsSubsequence(
                        "1: agent from the target to the ssh agent",
                        "1: asked to sign with " + fingerprint(),
                        "1: signed with " + fingerprint(),
                        "1: closed after ");
        assertThat(bastion.events("agent.used", fingerprint()))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event).containsEntry("signed", true));
    }

    @Test
    void lent_it_cannot_be_changed() throws Exception {
        allow("[agent]");
        Run run = run("ssh-add -D; ssh-add -l");
        assertThat(run.stderr).contains("Failed to remove all identities");
        assertThat(run.out()).contains(fingerprint());
        assertThat(add(socket, "-l").out()).contains(fingerprint());
    }

    @Test
    void it_is_gone_within_a_second_when_its_session_is_revoked() throws Exception {
        allow("[agent]");
        try (Terminal shell = Terminal.start(lending(bastion.at("web-1", "name=lent"), "-t"))) {
            shell.await("new session");
            Path told = bastion.folder.resolve("lent-socket");
            shell.type("echo $SSH_AUTH_SOCK > " + told + "; echo in-$((1+1))\n").await("in-2");
            Path there = Path.of(Files.readString(told).strip());
            assertThat(add(there, "-l").out()).contains(fingerprint());
            String code = Json.text(bastion.session("engineer", "lent"), "code");
            assertThat(bastion.console("manager", "session revoke " + code + " --reason test --yes").exit)
                    .isZero();
            Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> add(there, "-l").exit != 0);
        }
    }

    @Test
    void it_is_gone_when_no_rule_lends_it_any_more() throws Exception {
        allow("[agent]");
        try (Terminal shell = Terminal.start(lending(bastion.at("web-1", "name=unlent"), "-t"))) {
            shell.await("new session");
            shell.type("ssh-add -l; echo in-$((1+1))\n").await("in-2");
            assertThat(shell.text()).contains(fingerprint());
            allow("[]");
            shell.type("ssh-add -l || echo without-$((1+1))\n").await("without-2");
            shell.type("exit\n").exit();
        }
    }
}
