package sallyport.bastion.demo;

import org.apache.sshd.server.Signal;

/** Signals by the names of RFC 4254, section 6.10. */
final class SignalNames {

    private static final int SIGABRT = 6;

    private SignalNames() {}

    /** Returns the name without {@code SIG}; of one that has no name in the RFC, Linux's own, marked as the RFC asks. */
    static String of(int number) {
        if (number == SIGABRT) {
            return "ABRT";
        }
        Signal signal = Signal.get(number);
        return signal == null ? number + "@linux" : signal.name();
    }
}
