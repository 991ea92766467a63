package sallyport.admin.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import sallyport.admin.yaml.Problem;
import sallyport.admin.yaml.YamlTree;
import sallyport.db.AccessDefinition;

/**
 * {@code access.yaml}, read strictly: unknown keys, duplicates and names that lead nowhere are refused, and everything that
 * is wrong is said at once, each with its line.
 */
public final class AccessFile {

    /** Largest file, in bytes; a larger one is refused unread (T40). */
    public static final int LARGEST = YamlTree.LARGEST;

    /** Most problems that {@link Parsed.Wrong#words} shows; the rest are counted. */
    static final int MOST_SHOWN = 50;

    private AccessFile() {}

    /** What a file turned out to be. */
    public sealed interface Parsed {

        /**
         * It can be applied.
         *
         * @param sha256 hex digest of the bytes that were read
         */
        record Read(AccessDefinition definition, String sha256) implements Parsed {}

        /**
         * It cannot.
         *
         * @param words the problems for people: a headline, then one per line, in the order of the file
         */
        record Wrong(String words, List<Problem> problems) implements Parsed {
            public Wrong {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads {@code file}. A file that cannot be read is {@link Parsed.Wrong}, too; nothing is thrown. */
    public static Parsed read(Path file) {
        String name = String.valueOf(file.getFileName());
        try (InputStream in = Files.newInputStream(file)) {
            return parse(name, in.readNBytes(LARGEST + 1));
        } catch (NoSuchFileException absent) {
            return wrong(name, List.of(new Problem(0, "there is no file " + file)));
        } catch (IOException unreadable) {
            return wrong(name, List.of(new Problem(0, file + " cannot be read: " + unreadable.getMessage())));
        }
    }

    /** Reads the content of a file that people call {@code name}. */
    static Parsed parse(String name, byte[] bytes) {
        if (bytes.length > LARGEST) {
            return wrong(name, List.of(new Problem(0, "larger than " + LARGEST + " bytes")));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            AccessReader reader = new AccessReader();
            return reader.read(YamlTree.compose(text))
                    .<Parsed>map(definition -> new Parsed.Read(definition, sha256(bytes)))
                    .orElseGet(() -> wrong(name, reader.problems()));
        } catch (CharacterCodingException notText) {
            return wrong(name, List.of(new Problem(0, "not UTF-8 text")));
        } catch (YamlTree.Unreadable unreadable) {
            return wrong(name, List.of(unreadable.problem()));
        }
    }

    private static Parsed wrong(String name, List<Problem> problems) {
        String headline = "%s has %s; nothing was changed.\n"
                .formatted(name, problems.size() == 1 ? "a problem" : problems.size() + " problems");
        String rest = problems.size() <= MOST_SHOWN ? "" : "\n  and " + (problems.size() - MOST_SHOWN) + " more";
        return new Parsed.Wrong(
                problems.stream()
                        .limit(MOST_SHOWN)
                        .map(p -> "  " + p)
                        .collect(Collectors.joining("\n", headline, rest)),
                problems);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has SHA-256", absent);
        }
    }
}
