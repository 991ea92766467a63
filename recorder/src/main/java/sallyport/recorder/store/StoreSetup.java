package sallyport.recorder.store;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a store is given by others.
 *
 * @param nanos a monotonic clock in nanoseconds, to measure syncs with
 * @param vault what sealed recordings are encrypted with; empty for not at all
 * @param signer who signs sidecars; empty for nobody
 * @param reserveBytes how much room is kept for recordings that may use the reserve; 0 for none
 */
public record StoreSetup(
        Limits limits,
        LongSupplier nanos,
        Evidence evidence,
        Optional<Vault> vault,
        Optional<Signer> signer,
        long reserveBytes) {

    /** Nobody is told, nothing encrypted or signed, and there is no reserve. */
    public static StoreSetup plain(LongSupplier nanos) {
        return new StoreSetup(Limits.USUAL, nanos, Evidence.NONE, Optional.empty(), Optional.empty(), 0);
    }

    public StoreSetup with(Limits other) {
        return new StoreSetup(other, nanos, evidence, vault, signer, reserveBytes);
    }

    public StoreSetup with(Evidence other) {
        return new StoreSetup(limits, nanos, other, vault, signer, reserveBytes);
    }

    public StoreSetup with(Vault other) {
        return new StoreSetup(limits, nanos, evidence, Optional.of(other), signer, reserveBytes);
    }

    public StoreSetup with(Signer other) {
        return new StoreSetup(limits, nanos, evidence, vault, Optional.of(other), reserveBytes);
    }

    public StoreSetup withReserve(long bytes) {
        return new StoreSetup(limits, nanos, evidence, vault, signer, bytes);
    }
}
