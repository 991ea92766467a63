package sallyport.policy.session;

/** What can happen to a session. */
public sealed interface SessionEvent {

    /** The backend runs. */
    record Opened() implements SessionEvent {}

    /** A client joined. */
    record Attached() implements SessionEvent {}

    /** A client left, on purpose or not. */
    record Left() implements SessionEvent {}

    /** The clock moved; deadlines are looked at. */
    record Ticked() implements SessionEvent {}

    /** It must end, or has. */
    record EndedBy(Ending ending) implements SessionEvent {}
}
