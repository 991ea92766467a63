package sallyport.bastion.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import sallyport.admin.PublicAddress;
import sallyport.policy.Environment;
import sallyport.policy.HostSuffix;
import sallyport.policy.retention.Retention;
import sallyport.policy.session.SessionLimits;
import sallyport.recorder.store.Limits;

/**
 * Everything that a bastion is told at its start. Immutable; paths are absolute; secrets never show in {@code toString}.
 *
 * @param accessFile people, roles, targets and rules: read at the start and at each reload
 * @param targetKey the private key by which the bastion logs in to targets
 * @param sessions the clocks of sessions, for each environment
 * @param clientStall how long a terminal's client may take nothing before it is detached
 */
record BastionSettings(
        Ssh ssh,
        Http http,
        Database database,
        Recordings recordings,
        State state,
        Signing signing,
        Path accessFile,
        Path targetKey,
        Map<Environment, SessionLimits> sessions,
        Duration clientStall) {

    /**
     * The SSH door.
     *
     * @param hostKey the private key that the bastion shows to clients
     * @param hostAuthority the private key that vouches for the host key shown in the targets' place
     * @param targetSuffix what may stand behind a target's name in a host name
     * @param reachedAt what people type to reach it, for the commands and links it prints
     */
    record Ssh(
            HostAndPort listen, Path hostKey, Path hostAuthority, HostSuffix targetSuffix, PublicAddress reachedAt) {}

    /** The admin API, the metrics and the health pages. */
    record Http(HostAndPort listen) {}

    /**
     * Where the database is, and the two roles that the bastion has there.
     *
     * @param url a JDBC URL of PostgreSQL, without user and password
     * @param owner owns the schema; used for migrations at the start, and for nothing else
     * @param application reads and writes rows while the bastion runs; cannot change or delete audit rows
     */
    record Database(String url, Account owner, Account application) {}

    /** A role of the database and its password. */
    record Account(String user, String password) {

        @Override
        public String toString() {
            return user + ":***";
        }
    }

    /**
     * Where recordings are and how long.
     *
     * @param dir their folder
     * @param recipients public keys that sealed recordings are encrypted to; empty: they are not encrypted
     * @param identities files of private keys, to read them back
     * @param fullDiskWait how long sessions wait for room on a full disk before they end
     * @param commandOutput how many bytes of what a command without a terminal writes are kept, outside production; empty: all
     */
    record Recordings(
            Path dir,
            Retention retention,
            List<String> recipients,
            List<Path> identities,
            Duration fullDiskWait,
            OptionalLong commandOutput) {

        Recordings {
            recipients = List.copyOf(recipients);
            identities = List.copyOf(identities);
        }

        /** In {@code dir}, everything else as where nothing is configured. */
        Recordings(Path dir) {
            this(dir, Retention.usual(), List.of(), List.of(), Limits.USUAL.longestPause(), OptionalLong.empty());
        }
    }

    /**
     * Who vouches for the log and for sealed recordings.
     *
     * @param key the private key
     * @param earlier a folder with the public keys that signed before it, which may be absent
     * @param name of the log, in each check point
     */
    record Signing(Path key, Path earlier, String name) {}

    /** The folder of what must outlive a crash and a lost database: the audit journal. */
    record State(Path dir) {}
}
