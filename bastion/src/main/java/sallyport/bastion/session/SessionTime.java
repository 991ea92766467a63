package sallyport.bastion.session;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The two clocks: {@code wall} for dates that people read, {@code nanos} for intervals, which no clock step changes. */
public record SessionTime(InstantSource wall, LongSupplier nanos) {}
