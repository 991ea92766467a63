package sallyport.recorder.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import sallyport.recorder.Chain;
import sallyport.recorder.proof.NoteRefused;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.store.Sidecar;
import sallyport.recorder.verify.Finding;
import sallyport.recorder.verify.Report;

/**
 * Checks a bundle with public keys alone. Whatever the file holds, the answer is one: no exception but for a disk that cannot be
 * read, memory for one page of entries and the names in it, and time in proportion to what it may hold (T40).
 */
public final class BundleCheck {

    /** The most bytes of a member that is read into memory. */
    static final int LARGEST_IN_MEMORY = 16 << 20;

    private static final int MOST_MEMBERS = 200_000;

    /** What a header of tar and what is put before it may take. */
    private static final long LARGEST_HEADER = 64 << 10;

    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    /** 8 MB: what zstd itself writes at the levels in use. */
    private static final int WINDOW_LOG = 23;

    private static final Pattern SUM = Pattern.compile("([0-9a-f]{64})  ([!-~]{1,200})");

    private final Path file;
    private final List<VerifierKey> given;
    private final List<String> good = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, String> seen = new LinkedHashMap<>();
    private long more;

    private BundleCheck(Path file, List<VerifierKey> given) {
        this.file = file;
        this.given = List.copyOf(given);
    }

    /** Something is beyond a limit; the message says what. */
    private static final class BeyondLimit extends IOException {
        private static final long serialVersionUID = 1L;

        BeyondLimit(String words) {
            super(words);
        }
    }

    /**
     * Checks {@code file}.
     *
     * @param trusted whose signatures count; if there are none, the keys that the bundle brings, which shows only that it agrees
     *     with itself
     * @throws IOException if the file cannot be read
     */
    public static BundleAnswer check(Path file, List<VerifierKey> trusted) throws IOException {
        return new BundleCheck(file, trusted).answer();
    }

    private void add(Finding finding) {
        if (findings.size() < Report.MOST_FINDINGS) {
            findings.add(finding);
        } else {
            more++;
        }
    }

    private void altered(String where) {
        add(new Finding(Finding.Kind.ALTERED, "altered: " + where));
    }

    private void missing(String what) {
        add(new Finding(Finding.Kind.MISSING, "missing: " + what));
    }

    private BundleAnswer answer() throws IOException {
        Contents contents = new Contents(given, this::add);
        Optional<Trailer> trailer;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            trailer = Trailer.find(channel);
            if (trailer.isEmpty() && !isZstd()) {
                return new BundleAnswer.Unreadable("this is no bundle of recordings");
            }
            members(contents);
            List<VerifierKey> keys = contents.trusted();
            if (trailer.isEmpty()) {
                add(new Finding(
                        Finding.Kind.TRUNCATED, "truncated: the bundle ends at byte " + channel.size() + ", unsigned"));
            } else {
                Optional<Finding> otherwise = trailer.get().against(channel, keys);
                otherwise.ifPresent(this::add);
                if (otherwise.isEmpty()) {
                    good.add("the bundle, " + channel.size() + " bytes, is the one that was signed");
                }
            }
        } catch (BeyondLimit bomb) {
            return new BundleAnswer.Unreadable(String.valueOf(bomb.getMessage()));
        }
        contents.finish();
        good.addAll(contents.good());
        return new BundleAnswer.Checked(good, findings, more, contents.reports());
    }

    private boolean isZstd() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ZSTD.length), ZSTD);
        }
    }

    private void members(Contents contents) throws BeyondLimit {
        String last = "its beginning";
        boolean listed = false;
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
                ZstdInputStreamNoFinalizer plain = new ZstdInputStreamNoFinalizer(raw)) {
            plain.setLongMax(WINDOW_LOG);
            Budget budget = new Budget(plain);
            TarArchiveInputStream tar = new TarArchiveInputStream(budget, UTF_8.name());
            budget.left = LARGEST_HEADER;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                last = printable(entry.getName());
                if (listed) {
                    altered("there is something behind " + Bundle.SUMS + ": " + last);
                }
                if (!entry.isFile() || entry.isSparse() || entry.isLink() || entry.isSymbolicLink()) {
                    altered(last + " is no plain file");
                }
                if (entry.getSize() > Sidecar.MOST_TEXT || seen.size() >= MOST_MEMBERS) {
                    throw new BeyondLimit(last + " is larger than anything in a bundle, or there are too many files");
                }
                budget.left = entry.getSize() + LARGEST_HEADER;
                member(last, entry.getSize(), tar, contents);
                listed = last.equals(Bundle.SUMS);
                budget.left = LARGEST_HEADER;
            }
        } catch (BeyondLimit bomb) {
            throw bomb;
        } catch (IOException | RuntimeException damaged) {
            altered("the bundle cannot be read behind " + last);
        }
        if (!listed) {
            missing(Bundle.SUMS + ", which is the end of the bundle");
        }
    }

    private void member(String name, long size, InputStream content, Contents contents) throws IOException {
        MessageDigest digest = Chain.sha256();
        DigestInputStream digested = new DigestInputStream(content, digest);
        if (name.equals(Bundle.SUMS)) {
            sums(inMemory(name, size, digested));
            return;
        }
        if (name.startsWith(Bundle.RECORDINGS) && !name.endsWith("/" + Sidecar.NAME)) {
            contents.part(name, digested);
        } else {
            contents.small(name, inMemory(name, size, digested));
        }
        digested.transferTo(OutputStream.nullOutputStream());
        if (seen.put(name, HexFormat.of().formatHex(digest.digest())) != null) {
            altered(name + " is there twice");
        }
    }

    private static byte[] inMemory(String name, long size, InputStream content) throws IOException {
        if (size > LARGEST_IN_MEMORY) {
            throw new BeyondLimit(name + " has " + size + " bytes, and " + LARGEST_IN_MEMORY + " is the most");
        }
        return content.readNBytes((int) size);
    }

    /** Each member against the list, and the list against the members. */
    private void sums(byte[] list) {
        Map<String, String> rest = new LinkedHashMap<>(seen);
        int number = 0;
        for (String line : new String(list, UTF_8).lines().toList()) {
            number++;
            var sum = SUM.matcher(line);
            if (!sum.matches()) {
                altered("line " + number + " of " + Bundle.SUMS);
                continue;
            }
            String there = rest.remove(sum.group(2));
            if (there == null) {
                missing(sum.group(2));
            } else if (!there.equals(sum.group(1))) {
                altered(sum.group(2));
            }
        }
        rest.keySet().forEach(name -> altered(Bundle.SUMS + " does not know of " + name));
    }

    /** What a file names itself is not for a terminal. */
    static String printable(String name) {
        String cut = name.length() > 200 ? name.substring(0, 200) : name;
        return cut.replaceAll("[^!-~]", "?");
    }

    /** What is read before there is something new to read it for. */
    private static final class Budget extends FilterInputStream {
        private long left;

        Budget(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new BeyondLimit("the bundle has headers that are larger than anything in a bundle");
            }
            int read = super.read(to, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] piece = new byte[(int) Math.min(8192, Math.max(1, n))];
            return n <= 0 ? 0 : Math.max(0, read(piece, 0, (int) Math.min(piece.length, n)));
        }
    }

    /**
     * The keys in {@code text}, one a line.
     *
     * @throws NoteRefused if a line is none
     */
    public static List<VerifierKey> keys(String text) throws NoteRefused {
        List<VerifierKey> keys = new ArrayList<>();
        for (String line : text.lines().filter(l -> !l.isBlank()).toList()) {
            keys.add(VerifierKey.parse(line.strip()));
        }
        return keys;
    }
}
