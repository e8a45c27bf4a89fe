package dev.convoy.data.prepare;

import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.source.SourceSlice;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/** Images in parts, of which each is one Spark task. */
interface InputParts {
  /** Runs a function on each part, as one Spark job, and returns the results in their order. */
  <T> List<T> map(JavaSparkContext spark, Function<SourceSlice, T> function);

  /** Returns the slices of a source. */
  static InputParts of(List<SourceSlice> slices) {
    return new InputParts() {
      @Override
      public <T> List<T> map(JavaSparkContext spark, Function<SourceSlice, T> function) {
        List<byte[]> serialized = slices.stream().map(SerializedBytes::wrap).toList();
        Function<byte[], T> onSlice =
            bytes -> function.call(SerializedBytes.unwrap(bytes, SourceSlice.class));
        return spark.parallelize(serialized, serialized.size()).map(onSlice).collect();
      }
    };
  }
}
