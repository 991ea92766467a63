package sallyport.bastion.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import sallyport.admin.TargetOperations;
import sallyport.admin.TargetView;
import sallyport.policy.Login;

/** {@code target ...}. */
final class TargetCommands {

    private final TargetOperations targets;

    TargetCommands(TargetOperations targets) {
        this.targets = targets;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("target list", "where you can go, and as whom", this::list)
                .withFlag("--json", "one JSON document"));
    }

    private Exit list(Call call, Given given) throws IOException {
        return call.answer(targets.list(call.caller()), views -> {
            if (given.has("--json")) {
                call.output()
                        .data(JsonText.items(
                                views.stream().map(TargetCommands::data).toList(), Optional.empty()));
                return Exit.OK;
            }
            if (views.isEmpty()) {
                return call.fail(Exit.OK, "no target is open to you yet; ask whoever manages access here");
            }
            Table table = new Table("TARGET", "ENVIRONMENT", "LOGINS", "OPEN IT");
            views.forEach(v -> table.row(
                    v.name().value(),
                    environment(v),
                    logins(v),
                    "ssh " + v.logins().first() + "+" + v.name() + "@bastion"));
            call.output().data(table.lines(call.output().columns()));
            return Exit.OK;
        });
    }

    private static String environment(TargetView view) {
        return view.environment().isProduction()
                ? "PRODUCTION"
                : view.environment().word();
    }

    private static String logins(TargetView view) {
        return view.logins().stream().map(Login::value).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> data(TargetView view) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("target", view.name());
        data.put("environment", view.environment().word());
        data.put("logins", view.logins());
        return data;
    }
}
