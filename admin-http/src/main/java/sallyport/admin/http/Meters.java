package sallyport.admin.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sallyport.admin.LiveSessions;
import sallyport.admin.RetentionSweep;
import sallyport.policy.Environment;
import sallyport.recorder.store.RecordingStore;

/** Numbers about this process. No meter has a person, target or session in its tags. */
final class Meters implements AutoCloseable {

    private static final List<String> LIVE_STATES = List.of("starting", "running", "detached");

    private final MeterRegistry registry;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** Binds to the registry of {@code parts}, which belongs to the caller. */
    Meters(AdminServer.Parts parts) {
        this.registry = parts.registry();
        LiveSessions live = parts.live();
        RetentionSweep sweep = parts.sweep();
        RecordingStore store = parts.store();
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
        for (String state : LIVE_STATES) {
            Gauge.builder("sallyport.sessions", live, l -> count(l, state))
                    .description("Live sessions by state")
                    .tag("state", state)
                    .strongReference(true)
                    .register(registry);
        }
        for (Environment environment : Environment.values()) {
            FunctionCounter.builder("sallyport.retention.purged", sweep, s -> s.purged(environment))
                    .description("Recordings removed by rule")
                    .tag("environment", environment.word())
                    .register(registry);
        }
        FunctionCounter.builder("sallyport.retention.purged.bytes", sweep, RetentionSweep::purgedBytes)
                .description("Bytes of sealed recordings removed by rule")
                .register(registry);
        Gauge.builder("sallyport.retention.due", sweep, RetentionSweep::left)
                .description("Recordings that were due and left by the last sweep, for the next")
                .strongReference(true)
                .register(registry);
        Gauge.builder("sallyport.retention.unremoved", sweep, RetentionSweep::unremoved)
                .description("Recordings that count as removed and are still on the disk")
                .strongReference(true)
                .register(registry);
        Gauge.builder("sallyport.retention.halted", sweep, s -> s.isHalted() ? 1 : 0)
                .description("1 if nothing is removed because the clock cannot be believed")
                .strongReference(true)
                .register(registry);
        TimeGauge.builder(
                        "sallyport.recording.sync.interval",
                        store,
                        TimeUnit.MILLISECONDS,
                        s -> s.syncInterval().toMillis())
                .description("How much a loss of power may cost: more than 0.25 where the disk cannot keep up")
                .strongReference(true)
                .register(registry);
        Gauge.builder("sallyport.recording.paused", store, RecordingStore::pausedRecordings)
                .description("Sessions that wait, because the disk is too full to record them")
                .strongReference(true)
                .register(registry);
        Gauge.builder("sallyport.recording.packings.left", store, RecordingStore::packingsLeft)
                .description("Parts of recordings that wait to be compressed and encrypted")
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder("sallyport.recording.packings.failed", store, RecordingStore::failedPackings)
                .description("Parts that could not be compressed or encrypted, and lie as they were recorded")
                .register(registry);
        Gauge.builder("sallyport.log.good", parts.isLogGood(), good -> good.getAsBoolean() ? 1 : 0)
                .description(
                        "1 if the log is the one that was signed, 0 if nothing is signed until somebody has looked")
                .strongReference(true)
                .register(registry);
        Gauge.builder("sallyport.ready", parts.readiness(), r -> r.get().isReady() ? 1 : 0)
                .description("1 if the bastion can do its work, 0 if /readyz says what is wrong")
                .strongReference(true)
                .register(registry);
    }

    /** Counts one request. {@code route} is a path of the table, never what was asked for. */
    void request(String route, int status, Duration took) {
        Timer.builder("sallyport.http.requests")
                .description("Requests by route and status")
                .tag("route", route)
                .tag("status", String.valueOf(status))
                .register(registry)
                .record(took);
    }

    private static double count(LiveSessions live, String state) {
        return live.list().stream().filter(l -> l.state().word().equals(state)).count();
    }

    /** Stops listening to the collector. The meters stay with the registry. */
    @Override
    public void close() {
        collections.close();
    }
}
