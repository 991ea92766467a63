package sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ed25519 keys, made by ssh-keygen. */
final class Keys {

    private Keys() {}

    /** Makes a key pair in {@code file} and {@code file.pub}, and returns type and public key. */
    static String make(Path file) throws IOException {
        Program.must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", file.toString());
        String[] words = Files.readString(Path.of(file + ".pub")).split(" ", -1);
        return words[0] + " " + words[1];
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
