package sallyport.policy;

/** What a group of targets that belong together is called in {@code access.yaml}; sessions keep the one of their target. */
public record WorkspaceName(String value) implements Comparable<WorkspaceName> {

    /** Where a target is that names none. */
    public static final WorkspaceName DEFAULT = new WorkspaceName("default");

    /** @throws IllegalArgumentException in words if {@code value} is not a name */
    public WorkspaceName {
        Names.checked("workspace name", value);
    }

    @Override
    public int compareTo(WorkspaceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
