package sallyport.admin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import sallyport.db.AccessStore;
import sallyport.db.ApiTokens;
import sallyport.policy.Person;
import sallyport.policy.audit.AuditEvent;

/**
 * Tokens with which programs speak for a person. A token is {@code sly_} and 256 random bits in base 62; only its SHA-256 is
 * stored. It can do what its person may do at the moment of use. Safe for any thread.
 */
public final class TokenOperations {

    /** Longest life of a token; one that lives longer is forgotten somewhere. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(90);

    /** Life of a token when nothing was said. */
    public static final Duration DEFAULT_LIFE = Duration.ofDays(30);

    private static final String PREFIX = "sly_";
    private static final int DIGITS = 43;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9A-Za-z]{" + DIGITS + "}");

    private final ApiTokens tokens;
    private final AccessStore access;
    private final SecureRandom random;
    private final Journal journal;

    public TokenOperations(ApiTokens tokens, AccessStore access, SecureRandom random, Journal journal) {
        this.tokens = tokens;
        this.access = access;
        this.random = random;
        this.journal = journal;
    }

    /**
     * Makes a token for the caller. The entry about it is stored with it, in one transaction.
     *
     * @param name for people to recognise it by
     * @param life above zero, up to {@link #LONGEST_LIFE}
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<NewToken> create(Caller caller, String name, Duration life) {
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST_LIFE) > 0) {
            return new Outcome.Invalid<>("a token lives up to " + Span.format(LONGEST_LIFE) + ", not "
                    + (life.isNegative() ? "less than nothing" : Span.format(life)));
        }
        String label;
        try {
            label = Label.checked("the token's name", name);
        } catch (IllegalArgumentException refused) {
            return new Outcome.Invalid<>(String.valueOf(refused.getMessage()));
        }
        String secret = secret();
        UUID id = journal.ids().get();
        Instant expires = journal.now().plus(life);
        tokens.create(
                id,
                sha256(secret),
                caller.person().id(),
                label,
                expires,
                journal.entry(caller, new AuditEvent.TokenCreated(id, label, life)));
        return new Outcome.Done<>(new NewToken(id, label, expires, secret));
    }

    /**
     * Who speaks with this secret, with the roles and permissions of now. Unknown, malformed and expired tokens and those of
     * disabled people are all the same: empty. The secret is compared by its digest alone.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Optional<Person> find(String secret) {
        return FORM.matcher(secret).matches()
                ? tokens.find(sha256(secret), journal.now()).flatMap(owner -> access.person(owner.person()))
                : Optional.empty();
    }

    private String secret() {
        BigInteger rest = new BigInteger(256, random);
        StringBuilder digits = new StringBuilder(DIGITS);
        for (int i = 0; i < DIGITS; i++) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(ALPHABET.length()));
            digits.append(ALPHABET.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return PREFIX + digits.reverse();
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has SHA-256", absent);
        }
    }
}
