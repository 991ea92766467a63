package sallyport.bastion.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import sallyport.keys.AgeLocked;
import sallyport.keys.AgeVault;
import sallyport.recorder.store.Vault;
import sallyport.recorder.store.VaultLocked;

/** What sealed recordings are encrypted with, as the store knows it and as the keys have it: neither knows the other. */
final class AgeSealing implements Vault {

    private final AgeVault keys;

    private AgeSealing(AgeVault keys) {
        this.keys = keys;
    }

    /** Empty if no recipient is configured. */
    static Optional<Vault> of(BastionSettings.Recordings settings) throws StartRefused {
        if (settings.recipients().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AgeSealing(AgeVault.of(settings.recipients(), settings.identities())));
        } catch (IOException | IllegalArgumentException refused) {
            throw new StartRefused("recordings cannot be encrypted: " + refused.getMessage(), refused);
        }
    }

    @Override
    public String suffix() {
        return keys.suffix();
    }

    @Override
    public String words() {
        return keys.words();
    }

    @Override
    public OutputStream seal(OutputStream to) throws IOException {
        return keys.seal(to);
    }

    @Override
    public InputStream open(InputStream from) throws IOException {
        try {
            return keys.open(from);
        } catch (AgeLocked locked) {
            throw new VaultLocked(String.valueOf(locked.getMessage()));
        }
    }
}
