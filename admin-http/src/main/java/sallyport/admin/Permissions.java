package sallyport.admin;

import sallyport.policy.Permission;

/** The words for a permission that somebody lacks. */
final class Permissions {

    private Permissions() {}

    /** {@code what} begins the sentence, as "ending other people's sessions". */
    static <T> Outcome<T> lacking(String what, Permission permission) {
        return new Outcome.NotPermitted<>(what + " needs " + permission.word() + ", which none of your roles has");
    }
}
