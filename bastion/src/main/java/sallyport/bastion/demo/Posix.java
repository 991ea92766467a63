package sallyport.bastion.demo;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * The few system calls that the JDK's own {@link Process} keeps to itself: starting a program as the leader of a session
 * of its own, signalling a whole process group, and the exact wait status. {@code Process} reports a program that was
 * killed by signal 15 and one that said {@code exit 143} with the same number; an SSH server must tell them apart.
 *
 * <p>Linux with glibc 2.34 or newer, 64 bit. Any thread may call; {@link #waitFor} and reads and writes of the pipes block.
 */
final class Posix {

    static final int SIGHUP = 1;
    static final int SIGKILL = 9;

    /** What a program that was started has: its process id, and our ends of its three pipes. */
    record Started(int pid, FileOutputStream in, FileInputStream out, FileInputStream err) {}

    private static final int EINTR = 4;
    private static final int O_CLOEXEC = 0x80000;
    private static final short SPAWN_SETSIGDEF = 0x04;
    private static final short SPAWN_SETSIGMASK = 0x08;
    private static final short SPAWN_SETSID = 0x80;

    /** More than glibc's posix_spawnattr_t (336), posix_spawn_file_actions_t (80) and sigset_t (128) take. */
    private static final long OPAQUE_BYTES = 512;

    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle kill = withErrno("kill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private final MethodHandle close = withErrno("close", ValueLayout.JAVA_INT);
    private final MethodHandle pipe2 = withErrno("pipe2", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private final MethodHandle waitpid =
            withErrno("waitpid", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private final MethodHandle spawn = plain(
            "posix_spawn",
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    private final MethodHandle actionsInit = plain("posix_spawn_file_actions_init", ValueLayout.ADDRESS);
    private final MethodHandle actionsDestroy = plain("posix_spawn_file_actions_destroy", ValueLayout.ADDRESS);
    private final MethodHandle addDup2 =
            plain("posix_spawn_file_actions_adddup2", ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private final MethodHandle addChdir =
            plain("posix_spawn_file_actions_addchdir_np", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private final MethodHandle addCloseFrom =
            plain("posix_spawn_file_actions_addclosefrom_np", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private final MethodHandle attrInit = plain("posix_spawnattr_init", ValueLayout.ADDRESS);
    private final MethodHandle attrDestroy = plain("posix_spawnattr_destroy", ValueLayout.ADDRESS);
    private final MethodHandle attrFlags =
            plain("posix_spawnattr_setflags", ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT);
    private final MethodHandle attrDefaults =
            plain("posix_spawnattr_setsigdefault", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private final MethodHandle attrMask = plain("posix_spawnattr_setsigmask", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private final MethodHandle fillSet = plain("sigfillset", ValueLayout.ADDRESS);
    private final MethodHandle emptySet = plain("sigemptyset", ValueLayout.ADDRESS);

    /**
     * Starts a program in a session and process group of its own, with all signals at their defaults and no descriptor but
     * its three pipes.
     *
     * @param command the program's absolute path, then its arguments, its name (argument 0) among them
     * @param environment the whole environment, as {@code NAME=value}
     * @throws IOException if the program cannot be started
     */
    Started spawn(String program, List<String> command, List<String> environment, String folder) throws IOException {
        try (Arena arena = Arena.ofConfined();
                Pipe in = new Pipe();
                Pipe out = new Pipe();
                Pipe err = new Pipe()) {
            MemorySegment actions = arena.allocate(OPAQUE_BYTES, 16);
            MemorySegment attributes = arena.allocate(OPAQUE_BYTES, 16);
            MemorySegment signals = arena.allocate(OPAQUE_BYTES, 16);
            MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
            check(actionsInit, actions);
            check(attrInit, attributes);
            try {
                check(addDup2, actions, in.readEnd, 0);
                check(addDup2, actions, out.writeEnd, 1);
                check(addDup2, actions, err.writeEnd, 2);
                check(addCloseFrom, actions, 3);
                check(addChdir, actions, arena.allocateFrom(folder));
                check(fillSet, signals);
                check(attrDefaults, attributes, signals);
                check(emptySet, signals);
                check(attrMask, attributes, signals);
                check(attrFlags, attributes, (short) (SPAWN_SETSID | SPAWN_SETSIGDEF | SPAWN_SETSIGMASK));
                check(
                        spawn,
                        pid,
                        arena.allocateFrom(program),
                        actions,
                        attributes,
                        strings(arena, command),
                        strings(arena, environment));
            } finally {
                check(attrDestroy, attributes);
                check(actionsDestroy, actions);
            }
            return new Started(
                    pid.get(ValueLayout.JAVA_INT, 0),
                    new FileOutputStream(descriptor(in.writeEnd)),
                    new FileInputStream(descriptor(out.readEnd)),
                    new FileInputStream(descriptor(err.readEnd)));
        }
    }

    /** Waits for our child {@code pid} to end, reaps it, and returns the wait status as {@code waitpid(2)} has it. */
    int waitFor(int pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            while (call(waitpid, errno, pid, status, 0) < 0) {
                if (error(errno) != EINTR) {
                    throw new IOException("waitpid failed with error " + error(errno));
                }
            }
            return status.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** Sends a signal to every process of the group; one that is gone already is no error. */
    void killGroup(int group, int signal) {
        if (group <= 1) {
            throw new IllegalArgumentException("not a group of ours: " + group);
        }
        try (Arena arena = Arena.ofConfined()) {
            call(kill, arena.allocate(ERRNO), -group, signal);
        }
    }

    /** Opening a pipe by its /proc name gives a second descriptor, which a stream of the JDK may own. */
    private static String descriptor(int number) {
        return "/proc/self/fd/" + number;
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        array.setAtIndex(ValueLayout.ADDRESS, texts.size(), MemorySegment.NULL);
        return array;
    }

    private static void check(MethodHandle function, Object... arguments) throws IOException {
        int error = call(function, arguments);
        if (error != 0) {
            throw new IOException("the program could not be started (error " + error + ")");
        }
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int error(MemorySegment errno) {
        return (int) ERRNO_VALUE.get(errno, 0L);
    }

    private static MethodHandle plain(String name, MemoryLayout... arguments) {
        return handle(name, arguments);
    }

    private static MethodHandle withErrno(String name, MemoryLayout... arguments) {
        return handle(name, arguments, Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted") // the launcher passes --enable-native-access
    private static MethodHandle handle(String name, MemoryLayout[] arguments, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                options);
    }

    private final class Pipe implements AutoCloseable {

        final int readEnd;
        final int writeEnd;

        Pipe() throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment errno = arena.allocate(ERRNO);
                MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
                if (call(pipe2, errno, ends, O_CLOEXEC) != 0) {
                    throw new IOException("no pipe could be made (error " + error(errno) + ")");
                }
                readEnd = ends.getAtIndex(ValueLayout.JAVA_INT, 0);
                writeEnd = ends.getAtIndex(ValueLayout.JAVA_INT, 1);
            }
        }

        @Override
        public void close() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment errno = arena.allocate(ERRNO);
                call(close, errno, readEnd);
                call(close, errno, writeEnd);
            }
        }
    }
}
