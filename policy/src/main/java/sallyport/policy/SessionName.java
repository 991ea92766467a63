package sallyport.policy;

/** What a session is called, unique among the running sessions of one person. */
public record SessionName(String value) implements Comparable<SessionName> {

    /** @throws IllegalArgumentException in words if {@code value} is not a name */
    public SessionName {
        Names.checkedAndFree("session name", value);
    }

    @Override
    public int compareTo(SessionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
