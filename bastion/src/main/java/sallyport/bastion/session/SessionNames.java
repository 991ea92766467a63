package sallyport.bastion.session;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.Collection;
import java.util.Locale;
import sallyport.policy.Login;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

/** Readable names for sessions that were given none, as {@code root-web-1-tue}. */
final class SessionNames {

    private static final int LONGEST_STEM = 55;

    private SessionNames() {}

    /** The first free name for a session of {@code login} on {@code target} that begins on the UTC day of {@code now}. */
    static SessionName next(Login login, TargetName target, Instant now, Collection<String> taken) {
        String day = now.atOffset(ZoneOffset.UTC)
                .getDayOfWeek()
                .getDisplayName(TextStyle.SHORT, Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        String stem = login + "-" + target;
        String name = (stem.length() > LONGEST_STEM ? stem.substring(0, LONGEST_STEM) : stem) + "-" + day;
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "-" + i;
        }
        return new SessionName(free);
    }
}
