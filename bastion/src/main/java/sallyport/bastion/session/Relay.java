package sallyport.bastion.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.transfer.NotSftp;
import sallyport.bastion.transfer.Note;
import sallyport.policy.FileRights;
import sallyport.policy.InputRecording;
import sallyport.policy.session.Ending;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;

/**
 * The session's own thread, and the walk of a byte: it takes what the backend wrote from the {@link OutputQueue}, records it,
 * offers it to everybody who is in the session, and feeds it to the screen model. Whoever comes, goes, or needs another size
 * has their turn in the same queue, so each of them sees an exact point of the output: nothing is shown twice, nothing is
 * missing, and no lock is held while anything is recorded or drawn.
 *
 * <p>Everything here but {@link #queue} and {@link #isFullScreen} belongs to the pump's thread, which is never interrupted.
 */
final class Relay {

    /** An attachment so much further behind than the fastest is drawn in frames. */
    static final long FARTHEST_BEHIND = 256 * 1024;

    /** One that is drawn in frames because it was behind may keep up again if so much or less passes between two of them. */
    private static final long KEEPS_UP = 64 * 1024;

    /** At most 30 frames a second. */
    private static final Duration FRAME = Duration.ofMillis(33);

    /** Of the sizes that a terminal has within so long only the last is kept: ten changes a second (T48). */
    private static final Duration SIZE_CHANGE = Duration.ofMillis(100);

    /** How long a notice stays if nobody types. */
    private static final Duration NOTICE = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final LiveSession session;
    private final Recording recording;
    private final OutputQueue queue = new OutputQueue();
    private final Credit credit;

    /** What a person would see; none without a terminal, or if it broke. */
    private Optional<Screen> screen;

    /** What the program writes goes into the recording by this. */
    private final ProgramOutput output;

    /** None if what people type is not recorded, and then it does not come by here. */
    private final Optional<InputRecorder> input;

    /** Where the session is for files: then its bytes go by somebody who understands them. */
    private final Optional<TransferRelay> files;

    /** What passes is not what the session is for, so nothing passes any more. */
    private boolean broken;

    private boolean lapseAwaited;

    private volatile @Nullable Thread pump;

    private final Map<Attachment, Seat> seats = new LinkedHashMap<>();
    private TerminalSize size;

    /** The size that it will have in a moment, if changes come too fast; else the same. */
    private TerminalSize wantedSize;

    private volatile long sizeChangedAt;
    private boolean recordingFailed;
    private boolean sizeAwaited;
    private boolean frameAwaited;
    private boolean forgettingAwaited;
    private final AtomicBoolean arrangementAwaited = new AtomicBoolean();
    private boolean modelAnswers = true;
    private volatile boolean fullScreen;
    private volatile Kept kept = new Kept(0, 0, 0);

    /**
     * What the scrollback holds.
     *
     * @param forgotten lines that were dropped for want of room
     */
    record Kept(long bytes, long lines, long forgotten) {}

    Relay(
            LiveSession session,
            Recording recording,
            ProgramOutput output,
            boolean terminal,
            InputRecording input,
            Optional<TransferRelay> files,
            TerminalSize size) {
        this.session = session;
        this.recording = recording;
        this.output = output;
        this.size = size;
        this.wantedSize = size;
        this.credit = new Credit(session::giveBack);
        this.screen = terminal ? Optional.of(new Screen(size.columns(), size.rows())) : Optional.empty();
        screen.ifPresent(model -> model.answerTo(this::answer));
        recording.model(() -> screen);
        this.input = input == InputRecording.OFF
                ? Optional.empty()
                : Optional.of(new InputRecorder(input, recording, () -> screen, session::nanos));
        this.files = files;
    }

    /** What the backend fills and this empties. */
    OutputQueue queue() {
        return queue;
    }

    /** Whether a full-screen program has the terminal. On any thread. */
    boolean isFullScreen() {
        return fullScreen;
    }

    /** What the scrollback holds. On any thread. */
    Kept kept() {
        return kept;
    }

    /** Takes from the queue until there is no more. */
    void run() {
        pump = Thread.currentThread();
        OutputQueue.Item item;
        while ((item = queue.take()) != null) {
            switch (item) {
                case OutputQueue.Chunk chunk -> relay(chunk);
                case OutputQueue.Step(Runnable action) -> step(action);
            }
        }
    }

    /** A step that breaks must not end the session. */
    private static void step(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("something that was to happen between two pieces of output broke", e);
        }
    }

    /** What one client is shown must end nobody's session: whoever it breaks for is sent away. */
    private void guarded(Seat seat, Runnable showing) {
        try {
            showing.run();
        } catch (RuntimeException e) {
            log.error("{} could not be shown {}", seat.attachment.who().name(), session, e);
            session.sendAway(seat.attachment);
        }
    }

    /** Record, then relay. */
    private void relay(OutputQueue.Chunk chunk) {
        if (recordingFailed || broken) {
            return;
        }
        byte[] bytes = chunk.bytes;
        try {
            if (chunk.stderr) {
                output.stderr(bytes);
            } else if (files.isPresent()) {
                bytes = files.get().fromTarget(bytes, session::giveBack);
            } else {
                output.stdout(bytes);
            }
        } catch (RecordingFailed e) {
            failed(e);
            return;
        } catch (NotSftp e) {
            broken(e);
            return;
        }
        offer(chunk.stderr, bytes);
    }

    private void offer(boolean stderr, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        boolean framed = false;
        for (Seat seat : seats.values()) {
            if (seat.isFramed()) {
                seat.skip(bytes.length);
                framed = true;
            } else {
                guarded(seat, () -> seat.relay(stderr, bytes));
            }
        }
        credit.relayed(bytes.length);
        if (screen.isPresent()) {
            feed(screen.get(), bytes);
        }
        input.ifPresent(recorder -> recordInput(recorder, () -> recorder.shown(bytes)));
        if (screen.isEmpty()) {
            leaveOutBehind();
        } else if (dropBehind(screen.get()) || framed) {
            drawFrames();
        }
    }

    private void failed(RecordingFailed e) {
        recordingFailed = true;
        session.recordingFailed(e.getMessage());
    }

    private void broken(NotSftp e) {
        broken = true;
        session.end(new Ending.ProtocolBroken(e.getMessage()));
    }

    // --- what passes ---

    /** Records a line and has its event noted, when its turn comes. On any thread. */
    CompletableFuture<Boolean> note(Note note) {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        boolean comes = queue.put(() -> written.complete(write(note)));
        if (!comes) {
            session.missed(note);
            written.complete(false);
        }
        return written;
    }

    private boolean write(Note note) {
        try {
            session.write(
                    note, line -> recording.output(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8))));
            return !recordingFailed;
        } catch (RecordingFailed e) {
            failed(e);
            return false;
        }
    }

    // --- what people type ---

    /** Whether what people type is recorded or decided on, and so has to come by {@link #typed}. On any thread. */
    boolean takesInput() {
        return input.isPresent() || files.isPresent();
    }

    /**
     * Records what somebody typed, or decides on it, and lets it go on to the target, when its turn comes; the credit of whoever typed it bounds
     * what waits here. On any thread.
     *
     * @param taken told how many bytes are with the target, or dropped
     * @param isTyping whether somebody typed it, rather than that their terminal said it by itself
     */
    void typed(Attachment typist, byte[] bytes, IntConsumer taken, boolean isTyping) {
        boolean comes = queue.put(() -> {
            Backend to = session.stillFor(typist);
            if (to != null && files.isPresent()) {
                request(files.get(), typist, bytes, taken);
            } else if (to != null && isRecorded(typist, bytes, isTyping)) {
                to.input(bytes, taken);
            } else {
                taken.accept(bytes.length);
            }
        });
        if (!comes) {
            taken.accept(bytes.length);
        }
    }

    private void request(TransferRelay relay, Attachment client, byte[] bytes, IntConsumer taken) {
        if (recordingFailed || broken) {
            return;
        }
        try {
            relay.fromClient(client, bytes, taken);
        } catch (RecordingFailed e) {
            failed(e);
        } catch (NotSftp e) {
            broken(e);
        }
    }

    private boolean isRecorded(Attachment typist, byte[] bytes, boolean isTyping) {
        String who = typist.who().name().value();
        return input.filter(recorder -> recordInput(recorder, () -> recorder.typed(who, bytes, isTyping)))
                .isPresent();
    }

    /** The rules were changed: this is what may be done with files from here on. On any thread. */
    void allow(FileRights now) {
        files.ifPresent(relay -> queue.put(() -> relay.allow(now)));
    }

    /** Lets {@code action} happen behind all that was typed before. On any thread. */
    void behindTyping(Runnable action) {
        if (takesInput()) {
            queue.put(() -> files.ifPresentOrElse(relay -> relay.behind(action), action));
        } else {
            action.run();
        }
    }

    /** Something that may fail as recordings fail. */
    @FunctionalInterface
    private interface Recorded {
        void run() throws RecordingFailed;
    }

    /** False if it is not recorded: then the session is over. */
    private boolean recordInput(InputRecorder recorder, Recorded what) {
        if (recordingFailed) {
            return false;
        }
        try {
            what.run();
        } catch (RecordingFailed e) {
            failed(e);
            return false;
        }
        awaitLapse(recorder);
        return true;
    }

    private void awaitLapse(InputRecorder recorder) {
        if (!lapseAwaited) {
            recorder.untilLapse().ifPresent(wait -> {
                lapseAwaited = true;
                session.later(
                        wait,
                        () -> queue.put(() -> {
                            lapseAwaited = false;
                            recordInput(recorder, recorder::lapse);
                        }));
            });
        }
    }

    private void feed(Screen model, byte[] bytes) {
        try {
            model.feed(bytes, 0, bytes.length);
        } catch (RuntimeException e) {
            log.error("the terminal model of {} broke; the session goes on without it", session, e);
            screen = Optional.empty();
            seats.values().stream().filter(Seat::isFramed).forEach(seat -> session.sendAway(seat.attachment));
            return;
        }
        fullScreen = model.alternate();
        if (kept.lines() != model.scrollbackLines() || kept.forgotten() != model.forgottenLines()) {
            kept = new Kept(model.scrollbackBytes(), model.scrollbackLines(), model.forgottenLines());
        }
    }

    // --- who is shown what ---

    /** Brings the seats in line with who is in the session, and the terminal in line with the size it should have. */
    void arrange() {
        Arrangement wanted = session.arrangement();
        resize(wanted.size());
        List<Attachment> gone = seats.keySet().stream()
                .filter(a -> !wanted.people().contains(a))
                .toList();
        for (Attachment attachment : gone) {
            Seat seat = seats.remove(attachment);
            if (seat != null) {
                seat.leavePace();
            }
        }
        for (Attachment attachment : wanted.people()) {
            Seat seat = seats.get(attachment);
            if (seat == null) {
                Seat fresh = new Seat(attachment);
                seats.put(attachment, fresh);
                boolean isFirst = session.takeFirst(attachment);
                guarded(fresh, () -> {
                    if (isFirst) {
                        pass(fresh, wanted);
                    } else {
                        welcomeBack(fresh, wanted);
                    }
                });
            } else {
                guarded(seat, () -> show(seat, wanted));
            }
        }
        modelAnswers = wanted.driver() == null
                || Optional.ofNullable(seats.get(wanted.driver()))
                        .map(Seat::isFramed)
                        .orElse(true);
        drawFrames();
    }

    private void welcomeBack(Seat seat, Arrangement wanted) {
        Screen model = screen.orElse(null);
        if (model == null) {
            pass(seat, wanted);
            return;
        }
        if (!seat.isFull()) {
            seat.print(model);
            pass(seat, wanted);
        } else if (fits(seat)) {
            seat.redraw(model, Seat.MOST_LINES);
            pass(seat, wanted);
        } else {
            seat.frame(model, false);
        }
        session.greeting(seat.attachment, model).ifPresent(words -> notice(words, List.of(seat)));
    }

    private void show(Seat seat, Arrangement wanted) {
        Screen model = screen.orElse(null);
        if (model == null || !seat.isFull()) {
            return;
        }
        seat.resized();
        if (!fits(seat)) {
            seat.frame(model, seat.isBehind());
        } else if (seat.isFramed() && !seat.isBehind()) {
            seat.unframe(model);
            pass(seat, wanted);
        } else if (!seat.isFramed()) {
            seat.answers(seat.attachment.equals(wanted.driver()));
        }
    }

    /** The program's bytes go to this one as they are. */
    private void pass(Seat seat, Arrangement wanted) {
        boolean terminal = screen.isPresent();
        seat.answers(!terminal || seat.attachment.equals(wanted.driver()));
        seat.pass(credit);
    }

    private boolean fits(Seat seat) {
        TerminalSize own = seat.attachment.size();
        return own.columns() == wantedSize.columns() && own.rows() == wantedSize.rows();
    }

    private void resize(TerminalSize wanted) {
        wantedSize = wanted;
        if (screen.isEmpty() || wanted.equals(size)) {
            return;
        }
        long wait = untilResize();
        if (wait > 0) {
            if (!sizeAwaited) {
                sizeAwaited = true;
                session.later(
                        Duration.ofNanos(wait),
                        () -> queue.put(() -> {
                            sizeAwaited = false;
                            arrange();
                        }));
            }
            return;
        }
        sizeChangedAt = session.nanos();
        try {
            recording.resize(wanted.columns(), wanted.rows());
        } catch (RecordingFailed e) {
            session.recordingFailed(e.getMessage());
            return;
        }
        size = wanted;
        screen.get().resize(wanted.columns(), wanted.rows());
        session.tellBackend(wanted);
    }

    /** Whether a change of size counts as soon as it has its turn, rather than when the last is long enough ago. On any thread. */
    boolean mayResize() {
        return untilResize() <= 0;
    }

    private long untilResize() {
        long changed = sizeChangedAt;
        return changed == 0 ? 0 : SIZE_CHANGE.toNanos() - (session.nanos() - changed);
    }

    /** Lets {@link #arrange} run when its turn comes. On any thread. */
    void rearrange() {
        if (!arrangementAwaited.getAndSet(true)
                && !queue.put(() -> {
                    arrangementAwaited.set(false);
                    arrange();
                })) {
            arrangementAwaited.set(false);
        }
    }

    // --- frames ---

    /** Whoever is too far behind the fastest goes over to frames. True if somebody did. */
    private boolean dropBehind(Screen model) {
        List<Seat> behind = leaveOutBehind();
        for (Seat seat : behind) {
            guarded(seat, () -> seat.frame(model, true));
        }
        if (!behind.isEmpty()) {
            arrangeAnswers();
        }
        return !behind.isEmpty();
    }

    /** Who is too far behind the fastest and can be drawn on; to the others it is said how much they miss. */
    private List<Seat> leaveOutBehind() {
        if (seats.isEmpty()
                || (seats.size() == 1 && !seats.keySet().iterator().next().isViewer())) {
            return List.of();
        }
        long fastest = seats.values().stream()
                .filter(seat -> !seat.isFramed() && !seat.attachment.isViewer())
                .mapToLong(seat -> seat.attachment.outstanding())
                .min()
                .orElse(0);
        List<Seat> behind = seats.values().stream()
                .filter(seat -> !seat.isFramed())
                .filter(seat -> seat.attachment.outstanding() - fastest > FARTHEST_BEHIND)
                .toList();
        behind.stream().filter(seat -> !seat.isFull()).forEach(seat -> {
            seat.leavePace();
            seat.leaveOut();
            seat.pass(credit);
        });
        return behind.stream().filter(Seat::isFull).toList();
    }

    private void arrangeAnswers() {
        Arrangement wanted = session.arrangement();
        modelAnswers = Optional.ofNullable(wanted.driver())
                .map(seats::get)
                .map(Seat::isFramed)
                .orElse(true);
    }

    /** Draws for everybody whose turn it is: who has taken the last frame, and not within the same thirtieth of a second. */
    private void drawFrames() {
        Screen model = screen.orElse(null);
        if (model == null) {
            return;
        }
        long now = session.nanos();
        for (Seat seat : List.copyOf(seats.values())) {
            if (!seat.isFramed()) {
                continue;
            }
            if (seat.attachment.outstanding() > 0) {
                seat.attachment.whenTaken(() -> queue.put(this::drawFrames));
            } else if (seat.sinceFrame(now) < FRAME.toNanos()) {
                awaitFrame();
            } else if (seat.isBehind()
                    && fits(seat)
                    && seat.skipped() <= KEEPS_UP
                    && seat.sinceFrame(now) < Long.MAX_VALUE) {
                guarded(seat, () -> {
                    seat.unframe(model);
                    pass(seat, session.arrangement());
                });
                arrangeAnswers();
            } else {
                guarded(seat, () -> seat.draw(model, session.status(seat.attachment, size), now));
            }
        }
    }

    private void awaitFrame() {
        if (!frameAwaited) {
            frameAwaited = true;
            session.later(
                    FRAME,
                    () -> queue.put(() -> {
                        frameAwaited = false;
                        drawFrames();
                    }));
        }
    }

    // --- words over the screen ---

    /** Shows {@code words} to everybody but {@code except}, in one dim line. On any thread. */
    void notice(String words, @Nullable Attachment except) {
        queue.put(() -> notice(
                words,
                seats.values().stream()
                        .filter(seat -> !seat.attachment.equals(except))
                        .toList()));
    }

    /**
     * Shows {@code words} to everybody while the pump waits in the middle of an append, and so takes no step. From another thread it
     * does nothing: only the pump may look at the model, and it comes by here itself when it has something to append.
     */
    void standsStill(String words) {
        if (Thread.currentThread().equals(pump)) {
            if (screen.isPresent()) {
                // Also to those who are behind: nothing comes now, and they catch up with it.
                show(words, List.copyOf(seats.values()));
            } else {
                seats.values().forEach(seat -> seat.attachment.say(words));
            }
        }
    }

    /** Shows {@code words} to one. On any thread. */
    void noticeTo(Attachment attachment, String words) {
        queue.put(() -> notice(words, seated(attachment)));
    }

    private void notice(String words, Collection<Seat> to) {
        show(words, to.stream().filter(Relay::keepsUp).toList());
    }

    private void show(String words, List<Seat> to) {
        Screen model = screen.orElse(null);
        if (model == null || to.isEmpty()) {
            return;
        }
        long now = session.nanos();
        to.forEach(seat -> guarded(seat, () -> seat.notice(model, words, now)));
        drawFrames();
        awaitForgetting(NOTICE);
    }

    /** One timer for all notices: it takes away those that have stood long enough, and waits for the others. */
    private void awaitForgetting(Duration wait) {
        if (!forgettingAwaited) {
            forgettingAwaited = true;
            session.later(wait, () -> queue.put(this::forgetOldNotices));
        }
    }

    private void forgetOldNotices() {
        forgettingAwaited = false;
        Screen model = screen.orElse(null);
        if (model == null) {
            return;
        }
        long now = session.nanos();
        for (Seat seat : seats.values()) {
            if (seat.attachment.isNoticed()) {
                Duration left = NOTICE.minusNanos(now - seat.noticedAt());
                if (left.isPositive()) {
                    awaitForgetting(left);
                } else {
                    guarded(seat, () -> seat.forget(model));
                }
            }
        }
        drawFrames();
    }

    /** Takes the notice away that {@code attachment} sees, if it does. On any thread. */
    void forgetNotice(Attachment attachment) {
        queue.put(() -> screen.ifPresent(model -> {
            seated(attachment).forEach(seat -> seat.forget(model));
            drawFrames();
        }));
    }

    /** Draws the screen anew for one, unless it has more to take already than it can. On any thread. */
    void redraw(Attachment attachment) {
        queue.put(() -> screen.ifPresent(model -> seated(attachment).stream()
                .filter(seat -> !seat.isFramed() && keepsUp(seat))
                .forEach(seat -> seat.redraw(model, 0))));
    }

    /** Somebody who asks and does not read must not make what waits for them grow (T49). */
    private static boolean keepsUp(Seat seat) {
        return seat.attachment.outstanding() <= FARTHEST_BEHIND;
    }

    /** Nobody will be shown anything any more: whatever stands over the screens is taken away. On the pump's thread. */
    void finish() {
        input.ifPresent(recorder -> recordInput(recorder, recorder::end));
        endOutput();
        screen.ifPresent(model -> seats.values()
                .forEach(seat -> guarded(seat, () -> {
                    seat.unframe(model);
                    seat.forget(model);
                })));
        seats.clear();
    }

    private void endOutput() {
        try {
            // Also of what cannot be recorded any more the amounts are noted.
            if (files.isPresent()) {
                files.get().end();
            }
            output.end();
        } catch (RecordingFailed e) {
            failed(e);
        }
    }

    private List<Seat> seated(Attachment attachment) {
        return Optional.ofNullable(seats.get(attachment)).stream().toList();
    }

    // --- the model ---

    /** Asks the screen model, at the point of the output that is reached when its turn comes. Empty: there is none. */
    <T> CompletableFuture<Optional<T>> ask(Function<Screen, T> question) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        boolean comes = queue.put(() -> {
            try {
                answer.complete(screen.map(question));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        if (!comes) {
            answer.complete(Optional.empty());
        }
        return answer;
    }

    /** The program asked its terminal something, and the one that usually answers is not there. */
    private void answer(byte[] reply) {
        if (modelAnswers) {
            session.reply(reply);
        }
    }
}
