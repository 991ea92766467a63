/**
 * Measures the packaged bastion beside OpenSSH. Both sides run as processes of their own on this machine, reach the same
 * target (an OpenSSH server), and take turns round by round, so that what else the machine does meets both. Only the ratios
 * mean much.
 *
 * <p>Start at {@link sallyport.bench.Bench}; {@link sallyport.bench.Stage} is what is set up, {@link
 * sallyport.bench.Throughput}, {@link sallyport.bench.Logins}, {@link sallyport.bench.Echo} and {@link
 * sallyport.bench.Memory} are what is measured. Of the product's own code, only the terminal model is on the class path, for
 * {@link sallyport.bench.ScreenBenchmark}, which stands by itself and needs no bastion.
 */
@NullMarked
package sallyport.bench;

import org.jspecify.annotations.NullMarked;
