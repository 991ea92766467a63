package sallyport.bastion.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import sallyport.policy.DetachKey;

/**
 * Finds a person's detach key in what they type. The key is known in three forms: the control byte; the kitty keyboard
 * protocol's {@code CSI code ; modifiers u} with lock bits, alternate codes and event types; and xterm's modifyOtherKeys
 * {@code CSI 27 ; modifiers ; code ~}. Nothing inside a bracketed paste is a key. What turns out to be none is passed on
 * unchanged, at the latest when {@link #patience} is over. Not for several threads; its attachment guards it.
 */
final class KeyWatch {

    /** How long the key behind the prefix may take; then the prefix goes to the program, as Ctrl-\ for a thread dump. */
    static final Duration SECOND_KEY = Duration.ofMillis(700);

    /** How long the rest of a sequence may take that may become the prefix. */
    static final Duration REST_OF_SEQUENCE = Duration.ofMillis(50);

    /** How long a second Ctrl-D may take that is meant for the program. */
    static final Duration SECOND_CTRL_D = Duration.ofSeconds(2);

    private static final byte ESC = 0x1b;
    private static final int SHIFT = 1;
    private static final int CONTROL = 4;
    private static final int LOCKS = 64 | 128;
    private static final int RELEASE = 3;
    private static final int LONGEST_SEQUENCE = 48;

    /** Keys of the kitty protocol that only press or release a modifier (57441 to 57454). */
    private static final int FIRST_MODIFIER = 57_441;

    private static final int LAST_MODIFIER = 57_454;

    private final DetachKey key;
    private final BooleanSupplier fullScreen;

    /** The prefix as it came, and what came behind it that decides nothing. */
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);

    /** A sequence that has begun: from its escape on. */
    private final ByteArrayOutputStream sequence = new ByteArrayOutputStream(0);

    /** How much of the sequence was passed on before its end was there: then it is no key of ours, but still read. */
    private int passedOn;

    private boolean prefixHeld;
    private boolean leaving;
    private boolean pasting;

    /** Whether something was typed on the line that Enter has not sent yet. */
    private boolean lineBegun;

    /**
     * @param fullScreen whether a full-screen program has the terminal: Ctrl-D is its own key then
     */
    KeyWatch(DetachKey key, BooleanSupplier fullScreen) {
        this.key = key;
        this.fullScreen = fullScreen;
    }

    /** What is to be done about something typed. */
    sealed interface Typed {}

    /** These go to the program; nobody else has a hand on the array. */
    static final class Pass implements Typed {
        final byte[] bytes;

        Pass(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** A wish of the person's. */
    record Pressed(Wish wish) implements Typed {}

    /** What the keys behind the prefix mean. */
    enum Wish {
        DETACH,
        INFO,
        KEYBOARD,
        REDRAW,
        HELP,
        /** Ctrl-D was pressed once: it becomes a {@link #DETACH} unless it is pressed again. */
        LEAVING
    }

    /** Reads what was typed. */
    List<Typed> read(byte[] bytes) {
        if (key.kind() == DetachKey.Kind.NONE) {
            return List.of(new Pass(bytes));
        }
        Sorted sorted = new Sorted();
        for (byte one : bytes) {
            read(one, sorted);
        }
        // A lone Escape is a key of its own: it never waits for what may follow. Nor does anything that is pasted.
        if (sequence.size() <= 2 || pasting) {
            passOn(sorted);
        }
        return sorted.done();
    }

    /** How many bytes are held back just now. */
    int held() {
        return held.size() + sequence.size() - passedOn;
    }

    /** How long to wait for more before {@link #lapse}; empty if nothing is held. */
    Optional<Duration> patience() {
        if (leaving) {
            return Optional.of(SECOND_CTRL_D);
        }
        if (prefixHeld) {
            return Optional.of(SECOND_KEY);
        }
        return sequence.size() > passedOn ? Optional.of(REST_OF_SEQUENCE) : Optional.empty();
    }

    /** Nothing more came in time: what is held is none of ours. */
    List<Typed> lapse() {
        Sorted sorted = new Sorted();
        if (leaving) {
            leaving = false;
            sorted.press(Wish.DETACH);
        }
        prefixHeld = false;
        release(held, sorted);
        passOn(sorted);
        return sorted.done();
    }

    private void read(byte one, Sorted sorted) {
        if (sequence.size() > 0) {
            inSequence(one, sorted);
        } else if (one == ESC) {
            sequence.write(one);
        } else if (pasting) {
            sorted.pass(one);
        } else {
            plain(one, sorted);
        }
    }

    private void plain(byte one, Sorted sorted) {
        if (prefixHeld) {
            second(one & 0xff, new byte[] {one}, one == key.plain(), sorted);
        } else if (one == key.plain() && !(key.kind() == DetachKey.Kind.CTRL_D && ctrlDIsTheirs())) {
            first(new byte[] {one}, sorted);
        } else {
            leaving = false;
            lineBegun = one != '\r' && one != '\n' && one != 0x03 && one != 0x15 && one != 0x04;
            sorted.pass(one);
        }
    }

    private boolean ctrlDIsTheirs() {
        return lineBegun || fullScreen.getAsBoolean();
    }

    /** The detach key was pressed, as {@code form}. */
    private void first(byte[] form, Sorted sorted) {
        if (key.kind() == DetachKey.Kind.PREFIX) {
            prefixHeld = true;
            held.writeBytes(form);
        } else if (leaving) {
            leaving = false;
            sorted.pass(form);
        } else {
            leaving = true;
            sorted.press(Wish.LEAVING);
        }
    }

    /** A key came behind the prefix. */
    private void second(int code, byte[] form, boolean prefixAgain, Sorted sorted) {
        prefixHeld = false;
        if (prefixAgain) {
            // Twice means once, to the program, in the form that it is used to.
            release(held, sorted);
            return;
        }
        Optional<Wish> wish = wish(code);
        if (wish.isPresent()) {
            held.reset();
            sorted.press(wish.get());
        } else {
            release(held, sorted);
            sorted.pass(form);
        }
    }

    private static Optional<Wish> wish(int code) {
        return switch (code) {
            case 'd' -> Optional.of(Wish.DETACH);
            case 'i' -> Optional.of(Wish.INFO);
            case 'w' -> Optional.of(Wish.KEYBOARD);
            case 'r' -> Optional.of(Wish.REDRAW);
            case '?' -> Optional.of(Wish.HELP);
            default -> Optional.empty();
        };
    }

    private void inSequence(byte one, Sorted sorted) {
        if (one == ESC) {
            endOfOther(sorted);
            sequence.write(one);
            return;
        }
        sequence.write(one);
        if (sequence.size() == 2) {
            if (one != '[') {
                endOfOther(sorted);
            }
            return;
        }
        if (one >= 0x40 && one <= 0x7e) {
            endOfControlSequence((char) one, sorted);
        } else if (one < 0x20 || one > 0x3f || sequence.size() > LONGEST_SEQUENCE) {
            endOfOther(sorted);
        }
    }

    private void endOfControlSequence(char end, Sorted sorted) {
        byte[] form = sequence.toByteArray();
        String parameters = new String(form, 2, form.length - 3, StandardCharsets.US_ASCII);
        if (end == '~' && (parameters.equals("200") || parameters.equals("201"))) {
            pasting = parameters.equals("200");
            endOfOther(sorted);
            return;
        }
        Optional<Stroke> stroke = pasting || passedOn > 0 ? Optional.empty() : Stroke.of(parameters, end);
        if (stroke.isEmpty()) {
            endOfOther(sorted);
            return;
        }
        Stroke pressed = stroke.get();
        if (prefixHeld && (pressed.release() || pressed.isModifier())) {
            // The prefix is let go, or Control is: that is not the second key.
            held.writeBytes(sequence.toByteArray());
            sequence.reset();
            return;
        }
        boolean isKey = pressed.isControl(key.character()) && !pressed.release();
        if (prefixHeld) {
            sequence.reset();
            second(pressed.isPlain() ? pressed.code() : -1, form, isKey, sorted);
        } else if (isKey && !(key.kind() == DetachKey.Kind.CTRL_D && ctrlDIsTheirs())) {
            sequence.reset();
            first(form, sorted);
        } else {
            endOfOther(sorted);
        }
    }

    /** The sequence is none of ours, and so is a prefix before it. */
    private void endOfOther(Sorted sorted) {
        lineBegun |= !isReport();
        if (prefixHeld) {
            prefixHeld = false;
            release(held, sorted);
        }
        passOn(sorted);
        sequence.reset();
        passedOn = 0;
    }

    /** Whether it is what a terminal reports of focus or mouse, rather than a key. */
    private boolean isReport() {
        byte[] form = sequence.toByteArray();
        return form.length > 2 && form[1] == '[' && "IOMm".indexOf(form[form.length - 1]) >= 0;
    }

    /** What is there of the sequence goes to the program; it is read on to its end all the same. */
    private void passOn(Sorted sorted) {
        if (prefixHeld && sequence.size() > passedOn) {
            prefixHeld = false;
            release(held, sorted);
        }
        byte[] all = sequence.toByteArray();
        sorted.pass(Arrays.copyOfRange(all, passedOn, all.length));
        passedOn = all.length;
    }

    private static void release(ByteArrayOutputStream kept, Sorted sorted) {
        sorted.pass(kept.toByteArray());
        kept.reset();
    }

    /**
     * A key as a sequence reports it.
     *
     * @param modifiers Shift 1, Alt 2, Control 4 and so on, without the one that is added on the wire
     */
    private record Stroke(int code, int modifiers, boolean release) {

        static Optional<Stroke> of(String parameters, char end) {
            String[] parts = parameters.split(";", -1);
            if (end == 'u' && parts.length >= 1) {
                String[] modifiers = parts.length > 1 ? parts[1].split(":", -1) : new String[] {""};
                return stroke(
                        parts[0].split(":", -1)[0],
                        modifiers[0],
                        modifiers.length > 1 && number(modifiers[1], 1) == RELEASE);
            }
            if (end == '~' && parts.length == 3 && parts[0].equals("27")) {
                return stroke(parts[2], parts[1], false);
            }
            return Optional.empty();
        }

        private static Optional<Stroke> stroke(String code, String modifiers, boolean release) {
            int key = number(code, -1);
            int held = number(modifiers, 1) - 1;
            return key < 0 || held < 0 ? Optional.empty() : Optional.of(new Stroke(key, held, release));
        }

        private static int number(String digits, int absent) {
            if (digits.isEmpty()) {
                return absent;
            }
            return digits.length() <= 7 && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Integer.parseInt(digits)
                    : -1;
        }

        boolean isControl(char character) {
            return code == character && (modifiers & ~LOCKS) == CONTROL;
        }

        boolean isPlain() {
            return (modifiers & ~(LOCKS | SHIFT)) == 0;
        }

        boolean isModifier() {
            return code >= FIRST_MODIFIER && code <= LAST_MODIFIER;
        }
    }

    /** What comes out, with bytes that follow one another put together. */
    private static final class Sorted {
        private final List<Typed> all = new ArrayList<>();
        private final ByteArrayOutputStream passing = new ByteArrayOutputStream();

        void pass(byte one) {
            passing.write(one);
        }

        void pass(byte[] bytes) {
            passing.writeBytes(bytes);
        }

        void press(Wish wish) {
            flush();
            all.add(new Pressed(wish));
        }

        List<Typed> done() {
            flush();
            return all;
        }

        private void flush() {
            if (passing.size() > 0) {
                all.add(new Pass(passing.toByteArray()));
                passing.reset();
            }
        }
    }
}
