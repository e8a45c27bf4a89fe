package dev.convoy.data.prepare;

import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.source.SourceSlice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
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
        // The paths of a million files take a tenth of the memory.
        List<byte[]> serialized = slices.stream().map(InputParts::packed).toList();
        Function<byte[], T> onSlice = bytes -> function.call(unpacked(bytes));
        return spark.parallelize(serialized, serialized.size()).map(onSlice).collect();
      }
    };
  }

  private static byte[] packed(SourceSlice slice) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(packed)) {
      out.write(SerializedBytes.wrap(slice));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot pack a slice in memory", e);
    }
    return packed.toByteArray();
  }

  private static SourceSlice unpacked(byte[] packed) throws IOException {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      return SerializedBytes.unwrap(in.readAllBytes(), SourceSlice.class);
    }
  }
}
