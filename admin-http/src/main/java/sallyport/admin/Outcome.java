package sallyport.admin;

import java.util.List;
import java.util.function.Function;

/**
 * How an operation ended. All words are one sentence or two for a person, without a line end, and hold nothing that the
 * caller may not know; what they quote is escaped (T16).
 */
public sealed interface Outcome<T> {

    /** It happened; {@code value} is the answer. Console exit status 0, HTTP 200. */
    record Done<T>(T value) implements Outcome<T> {}

    /**
     * There is no such thing for this caller: it is absent, or it is somebody else's, and the words are the same for both
     * (T20). Console exit status 3, HTTP 404.
     */
    record NotFound<T>(String words) implements Outcome<T> {}

    /** The caller lacks a permission, which the words name. Console exit status 4, HTTP 403. */
    record NotPermitted<T>(String words) implements Outcome<T> {}

    /**
     * The word fits several things.
     *
     * @param candidates what to say instead, newest first; at most ten. Console exit status 6, HTTP 409.
     */
    record Ambiguous<T>(String words, List<String> candidates) implements Outcome<T> {
        public Ambiguous {
            candidates = List.copyOf(candidates);
        }
    }

    /** It is no longer, or not yet, possible: the words say how things stand. Console exit status 7, HTTP 409. */
    record Refused<T>(String words) implements Outcome<T> {}

    /** An argument cannot be used: the words say which and what is allowed. Console exit status 2, HTTP 400. */
    record Invalid<T>(String words) implements Outcome<T> {}

    /** This outcome with {@code next} done to its value; every other case stays as it is. */
    default <U> Outcome<U> then(Function<T, Outcome<U>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case NotFound<T>(String words) -> new NotFound<>(words);
            case NotPermitted<T>(String words) -> new NotPermitted<>(words);
            case Ambiguous<T>(String words, List<String> candidates) -> new Ambiguous<>(words, candidates);
            case Refused<T>(String words) -> new Refused<>(words);
            case Invalid<T>(String words) -> new Invalid<>(words);
        };
    }
}
