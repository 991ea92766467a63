package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static sallyport.recorder.store.Samples.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Format;
import sallyport.recorder.StreamKind;

/** R2, R4, R5: a disk that is full, slow, or loses what was not synced. */
class FullDiskTest {

    private static final String OTHER = "01939f5e-7a00-7000-8000-0123456789ac";

    @TempDir
    private Path root;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final ExecutorService appender = Executors.newSingleThreadExecutor();
    private volatile boolean full;
    private volatile long stallMillis;
    private volatile long synced;
    private volatile @Nullable CountDownLatch standsStill;
    private RecordingStore store;

    @AfterEach
    void close() {
        full = false;
        appender.close();
        store.close();
    }

    private void open(Duration longestPause, long reserve) {
        store = new RecordingStore(
                root,
                () -> Samples.START,
                StoreSetup.plain(System::nanoTime)
                        .with(Limits.USUAL.withPause(longestPause, Duration.ofMillis(20)))
                        .withReserve(reserve),
                this::sink);
    }

    private Sink sink(Path file) throws IOException {
        Sink real = Sink.file(file);
        return new Sink() {
            @Override
            public int write(ByteBuffer bytes) throws IOException {
                awaitMoving(file);
                if (full) {
                    throw new IOException("No space left on device");
                }
                return real.write(bytes);
            }

            @Override
            public void sync() throws IOException {
                if (stallMillis > 0) {
                    await().pollDelay(Duration.ofMillis(stallMillis)).until(() -> true);
                }
                real.sync();
                synced = Files.size(file);
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    /** Where the disk stands still, that is at the file of {@link Samples#SESSION} alone, whoever writes waits. */
    private void awaitMoving(Path file) {
        CountDownLatch until = standsStill;
        if (until != null && file.toString().contains(Samples.SESSION)) {
            try {
                until.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a thread that appends was interrupted", e);
            }
        }
    }

    private Recording create(String session, boolean mayUseReserve) throws RecordingFailed {
        return store.create(
                session,
                Samples.header(),
                StreamKind.TERMINAL,
                () -> 0L,
                new RecordingWatch() {
                    @Override
                    public void failed() {
                        told.add("failed");
                    }

                    @Override
                    public void paused(Duration most) {
                        told.add("paused");
                    }

                    @Override
                    public void resumed() {
                        told.add("resumed");
                    }
                },
                mayUseReserve);
    }

    @Test
    void a_full_disk_pauses_until_there_is_room_and_nothing_is_lost_or_repeated() throws Exception {
        open(Duration.ofSeconds(60), 0);
        Recording recording = create(Samples.SESSION, false);
        recording.output(bytes("before "));
        full = true;
        CompletableFuture<Void> during = CompletableFuture.runAsync(
                () -> {
                    try {
                        recording.output(bytes("during "));
                    } catch (RecordingFailed e) {
                        throw new IllegalStateException(e);
                    }
                },
                appender);
        await().until(() -> told.contains("paused"));
        assertThat(store.pausedRecordings()).isEqualTo(1);
        assertThat(during).isNotDone();
        full = false;
        during.get(10, TimeUnit.SECONDS);
        recording.output(bytes("after"));
        await().until(() -> told.equals(List.of("paused", "resumed")));
        assertThat(store.pausedRecordings()).isZero();
        assertThat(recording.seal().reason()).isEqualTo(Sealed.ENDED);
        assertThat(Samples.converted(store.find(Samples.SESSION).orElseThrow(), Format.RAW))
                .isEqualTo("before during after");
    }

    @Test
    void a_disk_that_stays_full_ends_the_recording_in_words() throws Exception {
        open(Duration.ofMillis(200), 0);
        Recording recording = create(Samples.SESSION, false);
        full = true;
        assertThatThrownBy(() -> recording.output(bytes("never")))
                .isInstanceOf(RecordingFailed.class)
                .hasMessage("The recording could not be written: No space left on device");
        full = false;
        assertThatThrownBy(() -> recording.output(bytes("too late"))).isInstanceOf(RecordingFailed.class);
        await().until(() -> told.equals(List.of("paused", "failed")));
    }

    @Test
    void a_recording_that_is_sealed_waits_no_more() throws Exception {
        open(Duration.ofHours(1), 0);
        Recording recording = create(Samples.SESSION, false);
        recording.output(bytes("before"));
        full = true;
        CompletableFuture<Throwable> append = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        recording.output(bytes("never"));
                        return null;
                    } catch (RecordingFailed e) {
                        return e;
                    }
                },
                appender);
        await().until(() -> store.pausedRecordings() == 1);
        assertThat(recording.seal().reason()).isEqualTo(Sealed.FAILED);
        assertThat(append.get(10, TimeUnit.SECONDS)).isInstanceOf(RecordingFailed.class);
        assertThat(store.pausedRecordings()).isZero();
    }

    @Test
    void a_disk_that_stalls_delays_and_drops_nothing_and_other_sessions_go_on() throws Exception {
        open(Duration.ZERO, 0);
        Recording stalled = create(Samples.SESSION, false);
        Recording other = create(OTHER, false);
        stalled.output(bytes("0 "));
        CountDownLatch until = new CountDownLatch(1);
        standsStill = until;
        CompletableFuture<Void> writing = CompletableFuture.runAsync(
                () -> {
                    try {
                        for (int i = 1; i <= 100; i++) {
                            stalled.output(bytes(i + " "));
                        }
                    } catch (RecordingFailed e) {
                        throw new IllegalStateException(e);
                    }
                },
                appender);
        for (int i = 0; i < 100; i++) {
            other.output(bytes("."));
        }
        assertThat(other.seal().reason()).isEqualTo(Sealed.ENDED);
        assertThat(stalled.outputBytes()).isEqualTo(2);
        assertThat(writing).isNotDone();

        until.countDown();
        writing.get(10, TimeUnit.SECONDS);
        assertThat(stalled.seal().reason()).isEqualTo(Sealed.ENDED);
        assertThat(told).isEmpty();
        assertThat(Samples.converted(store.find(Samples.SESSION).orElseThrow(), Format.RAW))
                .isEqualTo(IntStream.rangeClosed(0, 100).mapToObj(i -> i + " ").collect(Collectors.joining()));
    }

    /** A quarter of a second is the promise; four times that is for a machine that has other things to do. */
    @Test
    void what_was_written_waits_for_its_sync_no_longer_than_promised() throws Exception {
        assertThat(Limits.USUAL.syncEvery()).isEqualTo(Duration.ofMillis(250));
        open(Duration.ZERO, 0);
        Recording recording = create(Samples.SESSION, false);
        List<Duration> waited = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            recording.output(bytes("line " + i));
            long size = Files.size(recording.file());
            long begun = System.nanoTime();
            await().pollInterval(Duration.ofMillis(2)).until(() -> synced >= size);
            waited.add(Duration.ofNanos(System.nanoTime() - begun));
        }
        Collections.sort(waited);
        assertThat(waited.get(waited.size() / 2)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void slow_syncs_come_less_often_and_quick_ones_as_usual() throws Exception {
        open(Duration.ZERO, 0);
        Recording recording = create(Samples.SESSION, false);
        assertThat(store.syncInterval()).isEqualTo(Limits.USUAL.syncEvery());
        stallMillis = 200;
        await().until(() -> {
            recording.output(bytes("."));
            return store.syncInterval().compareTo(Limits.USUAL.syncEvery()) > 0;
        });
        stallMillis = 0;
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            recording.output(bytes("."));
            return store.syncInterval().equals(Limits.USUAL.syncEvery());
        });
    }

    @Test
    void what_a_loss_of_power_leaves_is_a_beginning() throws Exception {
        open(Duration.ZERO, 0);
        Recording recording = create(Samples.SESSION, false);
        StringBuilder said = new StringBuilder();
        long begun = synced;
        for (int i = 0; synced == begun || i < 500; i++) {
            recording.output(bytes("line " + i + "\n"));
            said.append("line ").append(i).append('\n');
        }
        Path cast = recording.file();
        byte[] all = Files.readAllBytes(cast);
        long safe = synced;
        recording.close();
        store.close();
        Files.write(cast, Arrays.copyOf(all, (int) safe));

        open(Duration.ZERO, 0);
        assertThat(Samples.recovered(store)).hasSize(1);
        String kept = Samples.converted(store.find(Samples.SESSION).orElseThrow(), Format.RAW);
        assertThat(kept).isNotEmpty();
        assertThat(said.toString()).startsWith(kept);
    }

    /** Needs a small disk of its own, and so to be root: see the test of the same in the bastion. */
    @Test
    void on_a_small_volume_a_flood_pauses_goes_on_when_there_is_room_and_the_reserve_is_for_those_who_may()
            throws Exception {
        Path volume = Files.createDirectory(root.resolve("volume"));
        Process mount = new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", volume.toString())
                .redirectErrorStream(true)
                .start();
        boolean mounted = mount.waitFor() == 0;
        String words = "a small disk cannot be mounted here; run as root";
        if ("true".equals(System.getenv("CI"))) {
            assertThat(mounted).as(words).isTrue();
        }
        Assumptions.assumeTrue(mounted, words);
        try {
            store = new RecordingStore(
                    volume,
                    () -> Samples.START,
                    StoreSetup.plain(System::nanoTime)
                            .with(Limits.USUAL.withPause(Duration.ofSeconds(60), Duration.ofMillis(20)))
                            .withReserve(4 << 20));
            await().until(() -> store.packingsLeft() == 0);
            Path ballast = volume.resolve("ballast");
            Files.write(ballast, new byte[20 << 20]);
            Recording flood = create(Samples.SESSION, false);
            byte[] line = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.US_ASCII);
            CompletableFuture<Long> flooding = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            for (int i = 0; i < 800; i++) {
                                flood.output(ByteBuffer.wrap(line));
                            }
                            return flood.outputBytes();
                        } catch (RecordingFailed e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    appender);
            await().atMost(Duration.ofSeconds(30)).until(() -> store.pausedRecordings() == 1);

            Recording urgent = create(OTHER, true);
            urgent.output(bytes("break glass"));
            assertThat(volume.resolve("reserve")).doesNotExist();
            assertThat(store.pausedRecordings()).isEqualTo(1);

            Files.delete(ballast);
            assertThat(flooding.get(30, TimeUnit.SECONDS)).isEqualTo(800L * line.length);
            assertThat(flood.seal().reason()).isEqualTo(Sealed.ENDED);
            assertThat(urgent.seal().reason()).isEqualTo(Sealed.ENDED);
            assertThat(Samples.converted(store.find(OTHER).orElseThrow(), Format.RAW))
                    .isEqualTo("break glass");
            assertThat(Samples.convert(store.find(Samples.SESSION).orElseThrow(), Format.RAW))
                    .hasSize(800 * line.length);
        } finally {
            store.close();
            assertThat(new ProcessBuilder("umount", "--lazy", volume.toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
    }
}
