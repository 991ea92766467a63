package sallyport.bastion.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.RoleName;

/** {@code me} and {@code version}. */
final class MeCommands {

    private final String version;

    MeCommands(String version) {
        this.version = version;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("me", "who you are here, and what you may do", this::me)
                        .withFlag("--json", "one JSON document"),
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

    private Exit version(Call call, Given given) throws IOException {
        call.output().data("sallyport " + version);
        return Exit.OK;
    }
}
