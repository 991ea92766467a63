package sallyport.bastion.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import sallyport.policy.InputRecording;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.typed.Cursor;
import sallyport.recorder.typed.EchoMask;
import sallyport.recorder.typed.Typed;

/** Records what people type in one session, as far as its rule says. Belongs to the pump's thread. */
final class InputRecorder {

    private final InputRecording how;
    private final Recording recording;

    /** What a person would see; empty if the model broke. */
    private final Supplier<Optional<Screen>> screen;

    private final LongSupplier nanos;
    private final EchoMask mask = new EchoMask();

    /** The model broke, and nobody can tell any more what is shown: nothing more is kept. */
    private boolean blind;

    InputRecorder(InputRecording how, Recording recording, Supplier<Optional<Screen>> screen, LongSupplier nanos) {
        this.how = how;
        this.recording = recording;
        this.screen = screen;
        this.nanos = nanos;
    }

    /**
     * This goes to the target next.
     *
     * @param isTyping whether somebody typed it, rather than that their terminal said it by itself
     */
    void typed(String who, byte[] bytes, boolean isTyping) throws RecordingFailed {
        switch (how) {
            case OFF -> {}
            case FULL -> recording.input(who, ByteBuffer.wrap(bytes));
            case MASKED -> {
                if (isTyping && !isBlind(who)) {
                    keep(mask.typed(who, bytes, cursor(), nanos.getAsLong()));
                }
            }
        }
    }

    /** The program has shown this, and the model has it. */
    void shown(byte[] bytes) throws RecordingFailed {
        if (how == InputRecording.MASKED && !blind) {
            keep(mask.shown(bytes, this::cursor, nanos.getAsLong()));
        }
    }

    /** When {@link #lapse} is due, from now; empty: nothing waits. */
    Optional<Duration> untilLapse() {
        return mask.due().stream()
                .mapToObj(due -> Duration.ofNanos(Math.max(0, due - nanos.getAsLong())))
                .findFirst();
    }

    /** Time has passed. */
    void lapse() throws RecordingFailed {
        keep(mask.lapse(cursor(), nanos.getAsLong()));
    }

    /** The session is over: what still waits was not shown. */
    void end() throws RecordingFailed {
        keep(mask.end());
    }

    private boolean isBlind(String who) throws RecordingFailed {
        if (screen.get().isEmpty() && !blind) {
            blind = true;
            keep(mask.end());
            recording.hiddenInput(who);
        }
        return blind;
    }

    private Cursor cursor() {
        return screen.get()
                .map(model -> new Cursor(ScreenText.cursorLine(model).before(), model.alternate()))
                .orElse(Cursor.UNKNOWN);
    }

    private void keep(List<Typed> kept) throws RecordingFailed {
        for (Typed typed : kept) {
            if (typed.hidden()) {
                recording.hiddenInput(typed.who());
            } else {
                recording.input(typed.who(), ByteBuffer.wrap(typed.text().getBytes(StandardCharsets.UTF_8)));
            }
        }
    }
}
