package sallyport.policy.session;

/** What can happen to a session. */
public sealed interface SessionEvent {

    /** The backend runs. */
    record Opened() implements SessionEvent {}

    /** A client that may type joined. */
    record Attached() implements SessionEvent {}

    /** Somebody typed. */
    record Typed() implements SessionEvent {}

    /**
     * A client that may type left.
     *
     * @param dropped its connection was lost, rather than that it left on purpose or was sent away
     */
    record Left(boolean dropped) implements SessionEvent {}

    /** The clock moved; deadlines are looked at. */
    record Ticked() implements SessionEvent {}

    /** It must end, or has. */
    record EndedBy(Ending ending) implements SessionEvent {}
}
