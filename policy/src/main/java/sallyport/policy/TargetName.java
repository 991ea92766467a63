package sallyport.policy;

/** What a target is called on the ssh line, unique among targets. */
public record TargetName(String value) implements Comparable<TargetName> {

    /** @throws IllegalArgumentException in words if {@code value} is not a name */
    public TargetName {
        Names.checkedAndFree("target name", value);
    }

    @Override
    public int compareTo(TargetName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
