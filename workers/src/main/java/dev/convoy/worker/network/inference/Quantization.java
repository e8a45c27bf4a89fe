package dev.convoy.worker.network.inference;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the values of a network in its {@link InferenceForm} become integers of 8 bits. A value
 * {@code x} is stored as {@code round(x / scale)}, limited to the range of the integers. The scale
 * of weights is {@code max |w| / 127} for each output map, that of the values of a layer follows
 * from their range.
 *
 * @param ranges range of the values of each layer of that form, and of the image as {@value #IMAGE}
 * @param single names of layers that compute in float32 nevertheless
 */
public record Quantization(Map<String, Range> ranges, SortedSet<String> single)
    implements Serializable {
  /** The name of the image, which no layer can have. */
  public static final String IMAGE = "(image)";

  /** No range is known, so that every layer computes in float32. */
  public static final Quantization NONE = new Quantization(Map.of(), new TreeSet<>());

  /**
   * The range of a layer's values.
   *
   * @param least lowest value, finite
   * @param most highest value, finite, not below {@code least}
   */
  public record Range(float least, float most) implements Serializable {
    public Range {
      Checks.that(
          Float.isFinite(least) && Float.isFinite(most) && least <= most,
          "range",
          "[" + least + ", " + most + "] (must be two finite numbers, the lower one first)");
    }

    @JsonCreator
    static Range of(float[] ends) {
      Checks.that(ends.length == 2, "range", ends.length + " numbers (must be two)");
      return new Range(ends[0], ends[1]);
    }

    @JsonValue
    float[] ends() {
      return new float[] {least, most};
    }

    /** Returns the smallest range with all values of both. */
    public Range union(Range other) {
      return new Range(Math.min(least, other.least), Math.max(most, other.most));
    }

    /** Returns whether no value is negative, so that integers from 0 to 255 hold them. */
    public boolean isUnsigned() {
      return least >= 0;
    }

    /** Returns the distance of neighbouring integers: 1 if all values are 0. */
    public float scale() {
      float largest = isUnsigned() ? most / 255 : Math.max(-least, most) / 127;
      return largest > 0 ? largest : 1;
    }
  }

  public Quantization {
    ranges = new TreeMap<>(ranges);
    single = new TreeSet<>(single);
  }
}
