package sallyport.recorder;

import java.util.Optional;

/**
 * What one part of a recording proves about itself.
 *
 * @param bytes how much of it is good: whole lines that make sense and that no value of the chain contradicts
 * @param sha256 of those bytes, in lower-case hexadecimal
 * @param chain the last value of the chain among them, in lower-case hexadecimal; empty if there is none
 * @param later what its header says of the part before it; empty in a first part
 * @param damage why it is not good to its last byte
 */
public record Checked(
        long bytes, String sha256, String chain, Optional<HeaderLine.Later> later, Optional<Damage> damage) {}
