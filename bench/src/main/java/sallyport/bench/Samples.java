package sallyport.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one row has measured, round by round. */
final class Samples {

    private final List<double[]> rounds = new ArrayList<>();

    void round(double... samples) {
        rounds.add(samples.clone());
    }

    /** Over all samples of all rounds. */
    double quantile(double q) {
        return quantile(rounds.stream().flatMapToDouble(Arrays::stream).toArray(), q);
    }

    /** Of each round by itself, and of these the median. */
    double medianOfRounds(double q) {
        return median(eachRound(q));
    }

    double least() {
        return quantile(0);
    }

    double most() {
        return quantile(1);
    }

    /** Of each round the ratio of the two sides' quantiles, smallest first. */
    static double[] ratios(Samples ours, Samples others, double q) {
        double[] upper = ours.eachRound(q);
        double[] lower = others.eachRound(q);
        double[] ratios = new double[Math.min(upper.length, lower.length)];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = upper[i] / lower[i];
        }
        Arrays.sort(ratios);
        return ratios;
    }

    static double median(double[] values) {
        return quantile(values, 0.5);
    }

    private double[] eachRound(double q) {
        return rounds.stream().mapToDouble(round -> quantile(round, q)).toArray();
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
