package sallyport.policy;

/** What a role is called in {@code access.yaml}. */
public record RoleName(String value) implements Comparable<RoleName> {

    /** @throws IllegalArgumentException in words if {@code value} is not a name */
    public RoleName {
        Names.checked("role name", value);
    }

    @Override
    public int compareTo(RoleName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
