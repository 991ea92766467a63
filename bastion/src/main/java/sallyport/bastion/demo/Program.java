package sallyport.bastion.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** A program that runs on a target for one channel. Its streams block; each is used by one thread at a time. */
sealed interface Program permits PlainProgram, TerminalProgram {

    /** Why a program is over. */
    sealed interface Ending {

        /** It ended itself, with a status from 0 to 255. */
        record Exited(int status) implements Ending {}

        /** A signal ended it: {@code TERM}, {@code KILL}…, without {@code SIG}. */
        record Killed(String signal, boolean coreDumped) implements Ending {}
    }

    OutputStream input();

    InputStream output();

    /** Standard error, where it is apart: a terminal has one stream for both. */
    Optional<InputStream> errors();

    void resize(int columns, int rows);

    /** Sends a signal, by its number, to the program and all that it started in its process group. */
    void signal(int number);

    /** Waits until the program has ended. Called once. */
    Ending waitFor() throws IOException, InterruptedException;

    /** The process id of the program, which is the leader of a session of its own. */
    int pid();

    /** Releases the streams; what the program started and left behind is hung up if it has a terminal. */
    void release();
}
