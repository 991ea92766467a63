package sallyport.admin;

import java.util.List;

/**
 * Whether the bastion can do its work now.
 *
 * @param failing one sentence for each part that does not work: what, and what to do next; empty if all do
 */
public record Readiness(List<String> failing) {

    public Readiness {
        failing = List.copyOf(failing);
    }

    /** Whether nothing is failing. */
    public boolean isReady() {
        return failing.isEmpty();
    }
}
