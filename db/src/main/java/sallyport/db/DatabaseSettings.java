package sallyport.db;

/**
 * Where the database is and as whom to go there.
 *
 * @param url a JDBC URL, as {@code jdbc:postgresql://127.0.0.1:5432/sallyport}
 * @param user the role to log in as
 * @param password its password; never printed
 */
public record DatabaseSettings(String url, String user, String password) {

    /** All but the password. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + ", user=" + user + ", password=***]";
    }
}
