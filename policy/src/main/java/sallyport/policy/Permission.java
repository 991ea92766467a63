package sallyport.policy;

import java.util.Optional;
import java.util.stream.Stream;

/** What a role may allow beyond one's own sessions. */
public enum Permission {
    VIEW_HISTORY("terminal.view_history"),
    VIEW_RECORDING("terminal.view_recording"),
    DOWNLOAD_RECORDING("terminal.download_recording"),
    VIEW_INPUT("terminal.view_input"),
    REVOKE("terminal.revoke"),
    APPROVE("terminal.approve"),
    SHARE("terminal.share"),
    MANAGE_POLICY("policy.manage");

    private final String word;

    Permission(String word) {
        this.word = word;
    }

    /** The word in files and messages, as {@code terminal.revoke}. */
    public String word() {
        return word;
    }

    /** The permission that is spelled so, if there is one. */
    public static Optional<Permission> of(String word) {
        return Stream.of(values()).filter(p -> p.word.equals(word)).findFirst();
    }
}
