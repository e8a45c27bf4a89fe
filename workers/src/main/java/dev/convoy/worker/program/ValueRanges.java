package dev.convoy.worker.program;

import dev.convoy.worker.network.inference.Quantization.Range;
import java.util.Map;
import java.util.TreeMap;

/** Collects the ranges of the values of a program while it runs on one image at a time. */
final class ValueRanges {
  private final Map<String, Range> ranges = new TreeMap<>();

  Map<String, Range> ranges() {
    return ranges;
  }

  /** Adds the values at a native address. */
  void add(Value value, long address) {
    float[] values = new float[value.shape().size()];
    new FloatView(address).get(values);
    float least = values[0];
    float most = values[0];
    for (float one : values) {
      least = Math.min(least, one);
      most = Math.max(most, one);
    }
    ranges.merge(value.name(), new Range(least, most), Range::union);
  }
}
