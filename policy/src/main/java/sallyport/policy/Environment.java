package sallyport.policy;

import java.util.Locale;

/** Where a target stands. What is asked before a session opens, and how hard recording is enforced, depends on it. */
public enum Environment {
    DEVELOPMENT,
    TEST,
    STAGING,
    PRODUCTION;

    /** Whether a reason and another person's approval come before a session, and a failing recording ends it. */
    public boolean isProduction() {
        return this == PRODUCTION;
    }

    /** The word in files, data and messages: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
