package dev.convoy.worker.model;

import dev.convoy.data.Checks;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What makes a model one that scores in integers of 8 bits, and what that costs.
 *
 * @param ranges range of the values of each layer, as {@link Quantization} has them
 * @param float32Layers layers that compute in float32 nevertheless
 * @param calibrationImages number of images of the train split from which the ranges are
 * @param split the split on which the accuracies were measured
 * @param examples number of its examples
 * @param float32Accuracy fraction of correct predictions in float32
 * @param int8Accuracy fraction of correct predictions in integers of 8 bits
 */
public record ModelQuantization(
    Map<String, Range> ranges,
    SortedSet<String> float32Layers,
    int calibrationImages,
    String split,
    long examples,
    double float32Accuracy,
    double int8Accuracy) {
  public ModelQuantization {
    Checks.that(ranges != null && !ranges.isEmpty(), "quantization", "it has no ranges");
    Checks.that(split != null, "quantization", "it has no split");
    ranges = new TreeMap<>(ranges);
    float32Layers = float32Layers == null ? new TreeSet<>() : new TreeSet<>(float32Layers);
  }

  /** Returns the integers for its values. */
  public Quantization values() {
    return new Quantization(ranges, float32Layers);
  }

  /** Returns the accuracy that is lost, in percentage points; negative if it is gained. */
  public double lostPoints() {
    return 100 * (float32Accuracy - int8Accuracy);
  }
}
