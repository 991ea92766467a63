package sallyport.bastion.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.admin.Quoted;
import sallyport.db.PersonSettings;
import sallyport.policy.DetachKey;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.RoleName;

/** {@code me} and {@code version}. */
final class MeCommands {

    private final PersonSettings settings;
    private final String version;

    MeCommands(PersonSettings settings, String version) {
        this.settings = settings;
        this.version = version;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("me", "who you are here, and what you may do", this::me)
                        .withFlag("--json", "one JSON document"),
                Verb.named("me show", "what you have set for yourself", this::show)
                        .withFlag("--json", "one JSON document"),
                Verb.named("me set", "set something for yourself; from your next session on", this::set)
                        .withPositional("SETTING", DetachKey.SETTING)
                        .withPositional(
                                "VALUE",
                                "ctrl and a key, as ctrl-] (then d leaves a session); none; ctrl-d, which leaves by"
                                        + " itself; " + DetachKey.USUAL.setting() + " if not set"),
                Verb.named("version", "the version of this bastion", this::version));
    }

    private Exit me(Call call, Given given) throws IOException {
        Person person = call.caller().person();
        List<String> roles =
                person.roles().stream().map(RoleName::value).sorted().toList();
        List<String> permissions =
                person.permissions().stream().map(Permission::word).sorted().toList();
        if (given.has("--json")) {
            SequencedMap<String, Object> data = new LinkedHashMap<>();
            data.put("person", person.name());
            data.put("roles", roles);
            data.put("permissions", permissions);
            data.put("key_fingerprint", call.caller().key());
            data.put("source", call.caller().source());
            call.output().data(JsonText.of(data));
            return Exit.OK;
        }
        call.output()
                .data(new Card()
                        .line("name", person.name().value())
                        .line("roles", String.join(", ", roles))
                        .line(
                                "may",
                                permissions.isEmpty()
                                        ? "open your targets, see your own sessions"
                                        : String.join(", ", permissions))
                        .line("key", call.caller().key())
                        .line("from", call.caller().source())
                        .lines());
        return Exit.OK;
    }

    private Exit show(Call call, Given given) throws IOException {
        Optional<String> set = settings.get(call.caller().person().id(), DetachKey.SETTING);
        String key = set.orElse(DetachKey.USUAL.setting());
        if (given.has("--json")) {
            call.output().data(JsonText.of(Map.of("detach_key", key)));
        } else {
            call.output()
                    .data(new Card()
                            .line("detach key", key + (set.isEmpty() ? " (as if not set)" : ""))
                            .lines());
        }
        return Exit.OK;
    }

    private Exit set(Call call, Given given) throws IOException {
        if (!given.positional().equals(DetachKey.SETTING)) {
            return call.fail(
                    Exit.USAGE,
                    "nothing that you can set is called " + Quoted.of(given.positional()) + "; there is: "
                            + DetachKey.SETTING);
        }
        String key;
        try {
            key = DetachKey.parse(given.positional(1)).setting();
        } catch (IllegalArgumentException noKey) {
            return call.fail(Exit.USAGE, String.valueOf(noKey.getMessage()));
        }
        settings.set(call.caller().person().id(), DetachKey.SETTING, key);
        call.output().data("set " + DetachKey.SETTING + " to " + key + ": it counts when you next go into a session");
        return Exit.OK;
    }

    private Exit version(Call call, Given given) throws IOException {
        call.output().data("sallyport " + version);
        return Exit.OK;
    }
}
