package sallyport.bastion.app;

import java.nio.file.Path;
import java.util.stream.Stream;

/** The words that the demo prints: what runs, and the commands to try, ready to be copied. */
record DemoTour(Path folder, HostAndPort ssh, HostAndPort http) {

    Stream<String> lines() {
        return """
            Sallyport demo: ssh on %2$s, http on %3$s, everything in %4$s
            Two targets: web-1 (staging) and prod-db-1 (production). Whatever login you name on them,
            it is your own account, %5$s: what you do there, you do here.

            A shell on web-1, as the engineer. Drop the connection (Enter ~ .), run it again: you are back in it.
              %1$s root+web-1@engineer

            The same with the target's own name, as for any tool that takes a host: through the bastion, recorded.
              %1$s web-1

            Production wants a reason, and somebody else who agrees. As the engineer, then in another terminal as the approver:
              %1$s root+prod-db-1+t=INC-42@engineer
              %1$s approver approval list
              %1$s approver approval approve CODE --note go ahead

            What runs now, and end it:
              %1$s manager session list --all
              %1$s manager session revoke ID --reason enough --yes

            What was seen, and who did what:
              %1$s engineer recording list
              %1$s auditor history --since 1d --all

            The same over http, with a token:
              %1$s manager token create --name tour
              curl -H "Authorization: Bearer TOKEN" "http://%3$s/api/sessions?all=true"

            Everything else: %1$s engineer help
            Ctrl-C ends the demo; the next start continues where it was.
            """.formatted(
                "ssh -F" + " " + quoted(folder.resolve("ssh_config")),
                ssh,
                http,
                folder,
                System.getProperty("user.name")).lines();
    }

    /** Quotes for a POSIX shell, if the path needs it. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9/._+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
