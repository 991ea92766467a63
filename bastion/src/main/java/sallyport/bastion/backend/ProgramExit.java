package sallyport.bastion.backend;

/** How a program on a target ended (RFC 4254 section 6.10). */
public sealed interface ProgramExit {

    /** By itself, with a status of 0 to 255. */
    record Status(int status) implements ProgramExit {}

    /** Killed by a signal, named without SIG. */
    record Signal(String name, boolean coreDumped, String message) implements ProgramExit {}
}
