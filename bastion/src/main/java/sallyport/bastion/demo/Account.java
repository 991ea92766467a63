package sallyport.bastion.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The account that runs the demo: every login on a demo target is this one. */
record Account(String name, String home, Path shell) {

    private static final Pattern LOCALE = Pattern.compile("LANG|LC_[A-Z]{1,20}");
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Reads the shell from {@code /etc/passwd}; an account that has none there, or none that lets people in, gets bash or sh. */
    static Account current() {
        String name = System.getProperty("user.name");
        Optional<Path> own = shellOf(name).filter(Account::letsPeopleIn);
        Path bash = Path.of("/bin/bash");
        return new Account(
                name,
                System.getProperty("user.home"),
                own.orElse(Files.isExecutable(bash) ? bash : Path.of("/bin/sh")));
    }

    /** Builds an environment from nothing: the account's own, and of what the client sent, locale names alone. */
    Map<String, String> environment(Map<String, String> sent) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("USER", name);
        environment.put("LOGNAME", name);
        environment.put("HOME", home);
        environment.put("SHELL", shell.toString());
        environment.put("PATH", PATH);
        sent.forEach((key, value) -> {
            if (LOCALE.matcher(key).matches() && value.indexOf('\0') < 0) {
                environment.put(key, value);
            }
        });
        return environment;
    }

    private static boolean letsPeopleIn(Path shell) {
        String file = String.valueOf(shell.getFileName());
        return Files.isExecutable(shell) && !file.equals("nologin") && !file.equals("false");
    }

    private static Optional<Path> shellOf(String name) {
        try {
            return Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length == 7 && fields[0].equals(name) && fields[6].startsWith("/"))
                    .map(fields -> Path.of(fields[6]))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
