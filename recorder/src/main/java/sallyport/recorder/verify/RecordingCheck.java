package sallyport.recorder.verify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sallyport.recorder.Chain;
import sallyport.recorder.HeaderLine;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.store.SealSignature;
import sallyport.recorder.store.Sealed;
import sallyport.recorder.store.Sidecar;
import sallyport.recorder.store.VaultLocked;

/**
 * Holds one recording against its sidecar, and both against the log. Given the sidecar, then the parts in their order; reads
 * each once, in little memory. For one thread; ends with {@link #report}.
 */
public final class RecordingCheck {

    /** Makes text of what is stored. */
    @FunctionalInterface
    public interface Opening {
        /**
         * The text in {@code stored}.
         *
         * @throws VaultLocked if it is encrypted, and there is no key
         * @throws IOException if it is damaged
         */
        InputStream open(InputStream stored) throws IOException;
    }

    private static final String INPUT = "what was typed";

    private final LogClaims claims;
    private final Optional<Sealed> seal;
    private final boolean settled;
    private final List<String> good = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private long more;
    private int next = 1;
    private int read;

    /** The last value of the chain in the part before; empty if that is not known. */
    private Optional<String> chain = Optional.of("");

    /**
     * @param claims all that the log says of it
     * @param trusted whose signatures count
     * @param sidecar as it is stored; empty if there is none
     * @param settled whether its session was over long enough ago that its sidecar and the log say so
     */
    public RecordingCheck(LogClaims claims, Collection<VerifierKey> trusted, byte[] sidecar, boolean settled) {
        this.claims = claims;
        this.settled = settled;
        Sidecar content = Sidecar.parse(sidecar);
        this.seal = content.seal();
        if (sidecar.length > 0) {
            sidecar(content, trusted);
        }
    }

    private void sidecar(Sidecar sidecar, Collection<VerifierKey> trusted) {
        if (sidecar.seal().isEmpty()) {
            add(Finding.altered("the sidecar makes no sense"));
            return;
        }
        if (sidecar.signature().isEmpty()) {
            add(Finding.unproven("the sidecar has no signature"));
            return;
        }
        SealSignature signature = sidecar.signature().get();
        List<VerifierKey> named = trusted.stream()
                .filter(key -> key.name().equals(signature.keyName()))
                .toList();
        if (named.isEmpty()) {
            add(Finding.unproven("the sidecar is signed by a key that is not known here"));
        } else if (named.stream().noneMatch(key -> key.verifies(signature.message(), signature.signature()))) {
            add(Finding.altered("the sidecar is not what " + named.getFirst().name() + " signed"));
        } else {
            good.add("the sidecar is signed by " + named.getFirst().name());
        }
    }

    private void add(Finding finding) {
        if (findings.size() < Report.MOST_FINDINGS) {
            findings.add(finding);
        } else {
            more++;
        }
    }

    /** Something that whoever asks has found by other means. */
    public void found(Finding finding) {
        add(finding);
    }

    /** Something that whoever asks has looked at, and that is as it was. */
    public void foundGood(String words) {
        good.add(words);
    }

    /**
     * The next part.
     *
     * @param number from 1; those that are passed over are missing
     * @param name of its file
     * @param stored what that holds; read to its end and not closed
     * @throws IOException if {@code stored} cannot be read. What {@code opening} says of its content is a finding
     */
    public void part(int number, String name, InputStream stored, Opening opening) throws IOException {
        passOver(number);
        next = number + 1;
        read++;
        Optional<Sealed.Part> stated =
                seal.filter(s -> number <= s.parts().size()).map(s -> s.parts().get(number - 1));
        if (seal.isPresent() && stated.isEmpty()) {
            add(Finding.altered("part " + number + " is one that the sidecar does not know of"));
        }
        PartText text = new PartText(claims.chains(number));
        boolean sound =
                file("part " + number, name, stored, opening, text, stated, () -> textFault(number, text, stated));
        chain = sound ? Optional.of(text.chain()) : Optional.empty();
    }

    /**
     * What was typed, if that was recorded; otherwise as {@link #part}. Nobody need give it: bundles do without.
     *
     * @param name of its file
     */
    public void input(String name, InputStream stored, Opening opening) throws IOException {
        Optional<Sealed.Part> stated = seal.flatMap(Sealed::input);
        if (seal.isPresent() && stated.isEmpty()) {
            add(Finding.altered(INPUT + " is a file that the sidecar does not know of"));
            return;
        }
        PartText text = new PartText(Collections.emptySortedMap());
        var _ = file(INPUT, name, stored, opening, text, stated, () -> inputFault(text, stated));
    }

    /**
     * There is no file of what was typed.
     *
     * @param expected whether there should be one, whatever the sidecar says
     */
    public void noInput(boolean expected) {
        if (expected || seal.flatMap(Sealed::input).isPresent()) {
            add(Finding.missing(INPUT));
        }
    }

    private static Optional<Finding> inputFault(PartText text, Optional<Sealed.Part> stated) {
        if (stated.filter(s -> text.bytes() < s.bytes()).isPresent()) {
            return Optional.of(Finding.truncated(INPUT + " ends at byte " + text.bytes() + " of "
                    + stated.get().bytes()));
        }
        return stated.filter(s -> !s.sha256().equals(text.sha256()))
                .map(_ -> Finding.altered(INPUT + " is not what was sealed"));
    }

    /** Reads one file, and says what is found. True if all is as it was and the text was seen. */
    private boolean file(
            String what,
            String name,
            InputStream stored,
            Opening opening,
            PartText text,
            Optional<Sealed.Part> stated,
            Supplier<Optional<Finding>> textFault)
            throws IOException {
        MessageDigest all = Chain.sha256();
        Counted counted = new Counted(stored);
        DigestInputStream digested = new DigestInputStream(counted, all);
        Optional<Finding> trouble = read(what, digested, opening, text, stated);
        digested.transferTo(OutputStream.nullOutputStream());
        String sha256 = HexFormat.of().formatHex(all.digest());
        Optional<Finding> storedOtherwise = stated.flatMap(Sealed.Part::packed)
                .filter(packed -> packed.name().equals(name))
                .filter(packed ->
                        packed.bytes() != counted.bytes || !packed.sha256().equals(sha256))
                .map(packed -> counted.bytes < packed.bytes()
                        ? Finding.truncated(
                                "the file of " + what + " ends at byte " + counted.bytes + " of " + packed.bytes())
                        : Finding.altered("the file of " + what + " is not the one that was sealed"));
        boolean locked = trouble.filter(f -> f.kind() == Finding.Kind.UNPROVEN).isPresent();
        if (locked) {
            if (stated.flatMap(Sealed.Part::packed).isPresent() && storedOtherwise.isEmpty()) {
                good.add(what + ": the encrypted file, " + counted.bytes
                        + " bytes, is the one that was sealed, though what is in it is "
                        + trouble.orElseThrow().words());
            } else {
                storedOtherwise.or(() -> trouble).ifPresent(this::add);
            }
            return false;
        }
        Optional<Finding> fault = trouble.or(textFault).or(() -> storedOtherwise);
        fault.ifPresent(this::add);
        if (fault.isEmpty()) {
            good.add(what + ": " + text.bytes() + " bytes, SHA-256 " + text.sha256()
                    + (stated.isPresent() ? ", as sealed" : ", as far as it is"));
        }
        return fault.isEmpty();
    }

    private static Optional<Finding> read(
            String what, InputStream stored, Opening opening, PartText text, Optional<Sealed.Part> stated)
            throws IOException {
        long most = stated.map(Sealed.Part::bytes).orElse(Sidecar.MOST_TEXT);
        // Closing what reads the text would close the file, of which the rest is still to be digested.
        try (InputStream opened = opening.open(new Kept(stored))) {
            text.read(opened, most);
            return Optional.empty();
        } catch (VaultLocked locked) {
            return Optional.of(Finding.unproven(what + " is locked: " + locked.getMessage()));
        } catch (IOException damaged) {
            return Optional.of(
                    Finding.altered(what + " behind byte " + text.bytes() + ": its file cannot be read from there"));
        }
    }

    private Optional<Finding> textFault(int number, PartText text, Optional<Sealed.Part> stated) {
        String part = "part " + number;
        if (number == 1
                && claims.header().filter(h -> !h.equals(text.headerSha256())).isPresent()) {
            return Optional.of(Finding.altered(part + " at byte 0: its first line is not the one in the log"));
        }
        if (text.bad() >= 0) {
            return Optional.of(Finding.altered(part + " between byte " + text.good() + " and byte " + text.bad()));
        }
        long most = Math.max(stated.map(Sealed.Part::bytes).orElse(0L), text.beyond());
        if (text.bytes() < most) {
            return Optional.of(Finding.truncated(part + " ends at byte " + text.bytes() + " of at least " + most));
        }
        if (stated.filter(s -> !s.sha256().equals(text.sha256())).isPresent()) {
            return Optional.of(Finding.altered(part + " behind byte " + text.good()));
        }
        if (number > 1) {
            Optional<HeaderLine.Later> later = text.later();
            boolean follows = later.filter(l ->
                            l.part() == number && chain.map(l.after()::equals).orElse(true))
                    .isPresent();
            if (!follows) {
                return Optional.of(Finding.altered(part + " at byte 0: it does not follow the one before it"));
            }
        }
        return Optional.empty();
    }

    private void passOver(int number) {
        for (; next < number; next++) {
            add(Finding.missing("part " + next));
            chain = Optional.empty();
        }
    }

    /** What was found, once all parts have been given. */
    public Report report() {
        if (read == 0 && seal.isEmpty() && claims.deleted().isPresent()) {
            return new Report(good, findings, more, claims.deleted());
        }
        if (read == 0 && seal.isEmpty() && !claims.isRecorded()) {
            // Of a session that failed before its recording began, or that was restored from a document.
            good.add("nothing of it is here, and nothing in these entries of the log speaks of a recording");
            return new Report(good, findings, more, Optional.empty());
        }
        int last = Math.max(seal.map(s -> s.parts().size()).orElse(0), claims.lastPart());
        passOver(Math.max(last, claims.isRecorded() ? 1 : 0) + 1);
        sealAgainstLog();
        return new Report(good, findings, more, Optional.empty());
    }

    private void sealAgainstLog() {
        if (seal.isEmpty()) {
            if (claims.sealed().isPresent()) {
                add(Finding.missing("the sidecar, of which the log says that it was written"));
            } else if (settled) {
                add(Finding.unproven("its session is over, and nobody has sealed it"));
            } else {
                good.add("it is not sealed yet, and was read as far as it is");
            }
            return;
        }
        if (claims.sealed().isEmpty() && !settled) {
            good.add("that it was sealed is not in the log yet");
        } else if (claims.sealed().isEmpty()) {
            add(Finding.unproven("the log has no entry that says that it was sealed"));
        } else if (!claims.sealed().get().equals(seal.get().sha256())) {
            add(Finding.altered("the sidecar speaks of another recording than the log"));
        } else {
            good.add("sealed at " + seal.get().sealedAt() + " (" + seal.get().reason() + "), as the log says");
        }
    }

    /** Counts. */
    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            bytes += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            bytes += Math.max(0, read);
            return read;
        }
    }

    /** Stays open. */
    private static final class Kept extends FilterInputStream {
        Kept(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
