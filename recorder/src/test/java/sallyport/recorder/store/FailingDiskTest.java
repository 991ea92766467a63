package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static sallyport.recorder.store.Samples.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Format;
import sallyport.recorder.StreamKind;

/** T26: a recorder that fails never goes on. */
class FailingDiskTest {

    @TempDir
    private Path root;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger told = new AtomicInteger();
    private final FailingSink disk = new FailingSink();
    private RecordingStore store;

    @BeforeEach
    void open() {
        store = new RecordingStore(
                root,
                () -> Samples.START,
                StoreSetup.plain(System::nanoTime).with(Limits.USUAL.withPause(Duration.ZERO, Duration.ZERO)),
                disk::make);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Recording create() throws RecordingFailed {
        return store.create(Samples.SESSION, Samples.header(), StreamKind.TERMINAL, nanos::get, told::incrementAndGet);
    }

    @Test
    void after_a_failed_write_nothing_is_written_and_everything_throws() throws Exception {
        Recording recording = create();
        recording.output(bytes("before"));
        disk.failWriteAt = disk.writes + 1;
        assertThatThrownBy(() -> recording.output(bytes("at")))
                .isInstanceOf(RecordingFailed.class)
                .hasMessage("The recording could not be written: No space left on device");
        int writes = disk.writes;

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> recording.output(bytes("after"))).isInstanceOf(RecordingFailed.class);
            assertThatThrownBy(() -> recording.stderr(bytes("after"))).isInstanceOf(RecordingFailed.class);
            assertThatThrownBy(() -> recording.marker("after")).isInstanceOf(RecordingFailed.class);
            assertThatThrownBy(() -> recording.resize(1, 1)).isInstanceOf(RecordingFailed.class);
            assertThatThrownBy(() -> recording.exit(0, Optional.empty())).isInstanceOf(RecordingFailed.class);
        }
        assertThat(disk.writes).isEqualTo(writes);
        await().atMost(Duration.ofSeconds(5)).until(() -> told.get() == 1);
        assertThat(recording.outputBytes()).isEqualTo("before".length());

        Sealed sealed = recording.seal();
        assertThat(sealed.reason()).isEqualTo(Sealed.FAILED);
        assertThat(Samples.converted(store.find(Samples.SESSION).orElseThrow(), Format.RAW))
                .isEqualTo("before");
    }

    @Test
    void after_a_short_write_nothing_is_written_and_the_seal_ends_before_it() throws Exception {
        Recording recording = create();
        recording.output(bytes("before"));
        disk.shortWriteAt = disk.writes + 1;
        assertThatThrownBy(() -> recording.output(bytes("at")))
                .isInstanceOf(RecordingFailed.class)
                .hasMessageContaining("only 5 of ");
        assertThatThrownBy(() -> recording.output(bytes("after"))).isInstanceOf(RecordingFailed.class);

        long size = Files.size(recording.file());
        assertThat(recording.seal().bytes()).isEqualTo(size - 5);
        assertThat(Samples.converted(store.find(Samples.SESSION).orElseThrow(), Format.RAW))
                .isEqualTo("before");
    }

    @Test
    void a_failed_sync_ends_an_idle_recording_and_is_never_tried_again() throws Exception {
        Recording recording = create();
        disk.failSync = true;
        recording.output(bytes("not safe"));
        await().atMost(Duration.ofSeconds(5)).until(() -> told.get() == 1);
        int syncs = disk.syncs;

        assertThatThrownBy(() -> recording.output(bytes("after")))
                .isInstanceOf(RecordingFailed.class)
                .hasMessageContaining("could not be made safe on the disk");
        assertThat(recording.seal().reason()).isEqualTo(Sealed.FAILED);
        assertThat(disk.syncs).isEqualTo(syncs);
        assertThat(told.get()).isEqualTo(1);
    }

    @Test
    void a_failed_sync_of_the_exit_is_told_at_once() throws Exception {
        Recording recording = create();
        disk.failSync = true;
        assertThatThrownBy(() -> recording.exit(0, Optional.empty())).isInstanceOf(RecordingFailed.class);
    }

    @Test
    void a_marker_that_must_not_be_lost_is_on_the_disk_when_it_returns() throws Exception {
        Recording recording = create();
        recording.marker("attached");
        int before = disk.syncs;
        recording.syncedMarker("revoked by manager: test");
        assertThat(disk.synced).isEqualTo(disk.writes);
        assertThat(disk.syncs).isGreaterThan(before);
        disk.failSync = true;
        assertThatThrownBy(() -> recording.syncedMarker("approved")).isInstanceOf(RecordingFailed.class);
    }

    @Test
    void a_header_that_is_not_safe_makes_no_recording() throws Exception {
        disk.failSync = true;
        assertThatThrownBy(this::create).isInstanceOf(RecordingFailed.class);
        assertThat(store.find(Samples.SESSION)).isEmpty();
        assertThat(Samples.recovered(store)).isEmpty();
        disk.failSync = false;
        create().output(bytes("now"));
        assertThat(told.get()).isZero();
    }

    @Test
    void what_grew_is_synced_in_groups() throws Exception {
        Recording recording = create();
        int before = disk.syncs;
        for (int i = 0; i < 1000; i++) {
            recording.output(bytes("."));
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> disk.syncs > before);
        assertThat(disk.syncs - before).isLessThan(20);
    }

    /** A real file that can be told to fail. */
    static final class FailingSink {
        volatile int writes;
        private volatile int syncs;

        /** How many writes were there at the last sync that did not fail. */
        private volatile int synced;

        volatile int failWriteAt = -1;
        private volatile int shortWriteAt = -1;
        private volatile boolean failSync;

        Sink make(Path file) throws IOException {
            Sink real = Sink.file(file);
            return new Sink() {
                @Override
                public synchronized int write(ByteBuffer bytes) throws IOException {
                    writes++;
                    if (writes == failWriteAt) {
                        throw new IOException("No space left on device");
                    }
                    return real.write(writes == shortWriteAt ? bytes.slice(0, 5) : bytes);
                }

                @Override
                public synchronized void sync() throws IOException {
                    syncs++;
                    if (failSync) {
                        throw new IOException("Input/output error");
                    }
                    real.sync();
                    synced = writes;
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        }
    }
}
