package dev.convoy.data.dataset;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;

/**
 * Maps a stored byte {@code p} of channel {@code c} to {@code (p / 255 − mean[c]) / std[c]}.
 *
 * <p>A channel that never varies has {@code std} 0 and is only centred.
 *
 * @param mean per channel, in units of full brightness: 0 to 1
 * @param std population standard deviation per channel, in the same unit
 */
public record Normalisation(List<Double> mean, List<Double> std) implements Serializable {
  public Normalisation {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    Checks.that(mean.size() == std.size(), "normalisation", "one mean and one std per channel");
    mean.forEach(value -> Checks.between(0, 1, value, "mean"));
    std.forEach(value -> Checks.between(0, 1, value, "std"));
  }

  /** The 256 values that the bytes of one channel are mapped to. */
  public float[] table(int channel) {
    double divisor = std.get(channel) == 0 ? 1 : std.get(channel);
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = (float) ((pixel / 255.0 - mean.get(channel)) / divisor);
    }
    return table;
  }
}
