package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import sallyport.admin.TargetOperations;

/** {@code config}: what ssh must be told so that targets are reached by their own names. */
final class ConfigCommands {

    private final TargetOperations targets;
    private final JumpLines lines;

    ConfigCommands(TargetOperations targets, JumpLines lines) {
        this.targets = targets;
        this.lines = lines;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("config", "lines for ssh_config: ssh TARGET then goes through here", this::config)
                .withFlag("--known-hosts", "lines for known_hosts instead"));
    }

    private Exit config(Call call, Given given) throws IOException {
        return call.answer(targets.list(call.caller()), views -> {
            if (views.isEmpty()) {
                return call.fail(Exit.OK, "no target is open to you yet; ask whoever manages access here");
            }
            call.output()
                    .data(
                            given.has("--known-hosts")
                                    ? lines.knownHosts(views)
                                    : lines.sshConfig(call.caller().person().name(), views));
            return Exit.OK;
        });
    }
}
