package sallyport.policy;

/** The account on the target, as in {@code login+target@bastion}. */
public record Login(String value) implements Comparable<Login> {

    /** @throws IllegalArgumentException in words if {@code value} is not a name */
    public Login {
        Names.checkedAndFree("login", value);
    }

    @Override
    public int compareTo(Login other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
