package sallyport.db;

import sallyport.policy.session.SessionId;

/**
 * A recording that was purged and whose files are still to go.
 *
 * @param rule by which it was purged
 */
public record UnremovedRecording(SessionId session, String rule) {}
