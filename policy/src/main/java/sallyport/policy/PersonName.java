package sallyport.policy;

/** What a person is called, unique among people. Rights hang on {@link PersonId}, never on this. */
public record PersonName(String value) implements Comparable<PersonName> {

    /** @throws IllegalArgumentException in words if {@code value} is not a name */
    public PersonName {
        Names.checkedAndFree("person name", value);
    }

    @Override
    public int compareTo(PersonName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
