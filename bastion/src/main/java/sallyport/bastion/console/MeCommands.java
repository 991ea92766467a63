package sallyport.bastion.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import sallyport.admin.Quoted;
import sallyport.db.PersonSettings;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.RoleName;

/** {@code me} and {@code version}. */
final class MeCommands {

    /** The one thing that people can set; the name it is kept under, too. */
    private static final String DETACH_KEY = "detach-key";

    private static final String USUAL_DETACH_KEY = "ctrl-\\";

    private final PersonSettings settings;
    private final Predicate<String> detachKeys;
    private final String version;

    /** @param detachKeys whether a word in small letters is a key to detach with */
    MeCommands(PersonSettings settings, Predicate<String> detachKeys, String version) {
        this.settings = settings;
        this.detachKeys = detachKeys;
        this.version = version;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("me", "who you are here, and what you may do", this::me)
                        .withFlag("--json", "one JSON document"),
                Verb.named("me show", "what you have set for yourself", this::show)
                        .withFlag("--json", "one JSON document"),
                Verb.named("me set", "set something for yourself; from your next session on", this::set)
                        .withPositional("SETTING", DETACH_KEY)
                        .withPositional(
                                "VALUE",
                                "ctrl and a key, as ctrl-] (then d leaves a session); none; ctrl-d, which leaves by"
                                        + " itself; " + USUAL_DETACH_KEY + " if not set"),
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
        Optional<String> set = settings.get(call.caller().person().id(), DETACH_KEY);
        String key = set.orElse(USUAL_DETACH_KEY);
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
        if (!given.positional().equals(DETACH_KEY)) {
            return call.fail(
                    Exit.USAGE,
                    "nothing that you can set is called " + Quoted.of(given.positional()) + "; there is: "
                            + DETACH_KEY);
        }
        String key = given.positional(1).toLowerCase(Locale.ROOT);
        if (!detachKeys.test(key)) {
            return call.fail(
                    Exit.USAGE,
                    Quoted.of(given.positional(1)) + " is no key to detach with; write ctrl- and a letter or one of"
                            + " @ [ \\ ] ^ _, as ctrl-], or none");
        }
        settings.set(call.caller().person().id(), DETACH_KEY, key);
        call.output().data("set " + DETACH_KEY + " to " + key + ": it counts when you next go into a session");
        return Exit.OK;
    }

    private Exit version(Call call, Given given) throws IOException {
        call.output().data("sallyport " + version);
        return Exit.OK;
    }
}
