package sallyport.bastion.console;

import sallyport.policy.Login;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionId;

/** What somebody chose in the {@link Menu}. It is a wish, not a permit: the visit that follows is decided as any other. */
public sealed interface MenuChoice {

    /** A session on this target, as if {@code login+target} had been the user part. */
    record OpenTarget(Login login, TargetName target) implements MenuChoice {}

    /** Back into this session. */
    record ResumeSession(SessionId session) implements MenuChoice {}

    /** Nothing: they left, or their connection is gone. */
    record Quit() implements MenuChoice {}
}
