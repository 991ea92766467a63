package sallyport.bastion.session;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import sallyport.policy.Login;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

/** Readable names for sessions that were given none, as {@code root-web-1-tue}. */
final class SessionNames {

    private static final int LONGEST_STEM = 55;

    private SessionNames() {}

    /**
     * The first free name: the wanted one, or one made of login, target and the UTC day, with a number behind it if it is
     * taken.
     */
    static SessionName next(
            Optional<SessionName> wanted, Login login, TargetName target, Instant now, Collection<String> taken) {
        String name = wanted.map(SessionName::value).orElseGet(() -> made(login, target, now));
        String stem = name.length() > LONGEST_STEM ? name.substring(0, LONGEST_STEM) : name;
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = stem + "-" + i;
        }
        return new SessionName(free);
    }

    private static String made(Login login, TargetName target, Instant now) {
        String day = now.atOffset(ZoneOffset.UTC)
                .getDayOfWeek()
                .getDisplayName(TextStyle.SHORT, Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        String place = login + "-" + target;
        return (place.length() > LONGEST_STEM ? place.substring(0, LONGEST_STEM) : place) + "-" + day;
    }
}
