package sallyport.bastion.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals to this process. A shutdown hook would do for ending, but then the exit status is the signal's, not ours, and
 * nothing in the JDK's documented API tells of SIGHUP.
 *
 * <p>{@code sun.misc.Signal} is in the exported part of {@code jdk.unsupported} and has no successor. It is reached by
 * reflection since javac warns of each mention in a way that cannot be suppressed.
 */
final class Signals {

    private Signals() {}

    /**
     * Calls {@code action} at each signal {@code name} ({@code HUP INT TERM}), on a thread of its own. It must not fail.
     * Replaces the JVM's own reaction to that signal for the rest of its life.
     */
    static void on(String name, Runnable action) {
        InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "toString" -> "on " + name;
            default -> throw new UnsupportedOperationException(method.getName());
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {type}, handler);
            signal.getMethod("handle", signal, type)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("this Java has no sun.misc.Signal", missing);
        }
    }
}
