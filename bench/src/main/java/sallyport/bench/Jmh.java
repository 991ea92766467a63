package sallyport.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** How benchmarks of one class are run. */
final class Jmh {

    private Jmh() {}

    /** Runs the benchmarks of {@code measured} and prints what they say. */
    static void run(Class<?> measured) {
        try {
            new Runner(new OptionsBuilder().include(measured.getName()).build()).run();
        } catch (RunnerException failed) {
            throw new IllegalStateException("the benchmark " + measured.getSimpleName() + " failed", failed);
        }
    }
}
