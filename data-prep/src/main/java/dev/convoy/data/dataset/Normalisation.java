package dev.convoy.data.dataset;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Maps a stored byte {@code p} of channel {@code c} to {@code (p / 255 − mean[c]) / std[c]}.
 *
 * <p>Only values that are possible statistics of bytes are accepted. Values from 0 to 1 with mean
 * {@code m} have at most the variance {@code m·(1 − m)}, which they have if all are 0 or 1. A
 * channel that never varies has {@code std} 0 and is only centred; its mean is then the value of a
 * byte, {@code k / 255}.
 *
 * @param mean per channel, in units of full brightness: 0 to 1
 * @param std population standard deviation per channel, in the same unit
 */
public record Normalisation(List<Double> mean, List<Double> std) implements Serializable {
  /**
   * Tolerance for rounding, far above that of a mean and standard deviation that were computed
   * exactly.
   */
  private static final double ROUNDING = 1e-9;

  public Normalisation {
    Checks.that(mean != null && mean.stream().allMatch(Objects::nonNull), "mean", "it is missing");
    Checks.that(std != null && std.stream().allMatch(Objects::nonNull), "std", "it is missing");
    Checks.that(mean.size() == std.size(), "normalisation", "one mean and one std per channel");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    for (int channel = 0; channel < mean.size(); channel++) {
      requirePossible(mean.get(channel), std.get(channel));
    }
  }

  private static void requirePossible(double mean, double std) {
    Checks.between(0, 1, mean, "mean");
    Checks.between(0, 1, std, "std");
    Checks.that(
        std * std <= mean * (1 - mean) + ROUNDING,
        "std",
        std + " (bytes whose mean is " + mean + " cannot deviate so much)");
    Checks.that(
        std > 0 || Math.abs(255 * mean - Math.rint(255 * mean)) < ROUNDING,
        "std",
        "0, which says that all bytes are equal, and no byte has the mean " + mean);
  }

  /** Returns the channels that never vary. */
  public List<Integer> constantChannels() {
    return IntStream.range(0, std.size()).filter(c -> std.get(c) == 0).boxed().toList();
  }

  /** Returns the byte of each channel that is nearest to its mean. */
  public byte[] nearestToMean() {
    byte[] bytes = new byte[mean.size()];
    for (int channel = 0; channel < bytes.length; channel++) {
      bytes[channel] = (byte) Math.round(255 * mean.get(channel));
    }
    return bytes;
  }

  /** Returns the 256 values to which the bytes of one channel are mapped. */
  public float[] table(int channel) {
    double divisor = std.get(channel) == 0 ? 1 : std.get(channel);
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = (float) ((pixel / 255.0 - mean.get(channel)) / divisor);
    }
    return table;
  }
}
