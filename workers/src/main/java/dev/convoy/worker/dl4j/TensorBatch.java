package dev.convoy.worker.dl4j;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.engine.LruCache;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.OpenGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies stored floats into the tensors of one batch: features {@code (n, …)} and labels {@code (n,
 * …)}, row-major.
 *
 * <p>The arrays of the {@value #SIZES_KEPT} sizes used last are kept and reused; their contents are
 * valid until the next batch. It is owned by one graph's thread.
 */
final class TensorBatch implements AutoCloseable {
  private static final int SIZES_KEPT = 2;

  private final Examples.Tensors shapes;
  private final float[] features;
  private final float[] labels;
  private final LruCache<Integer, OpenGraph.Tensors> tensorsOfSize =
      new LruCache<>(SIZES_KEPT, TensorBatch::close);

  TensorBatch(Examples.Tensors shapes) {
    this.shapes = shapes;
    this.features = new float[Math.toIntExact(Examples.Tensors.values(shapes.features()))];
    this.labels = new float[Math.toIntExact(Examples.Tensors.values(shapes.labels()))];
  }

  /**
   * Fills a batch with examples of a shard.
   *
   * @param order numbers of examples in the shard
   * @param first position in the order
   */
  OpenGraph.Tensors fill(Shard shard, int[] order, int first, int count) {
    OpenGraph.Tensors batch = tensors(count);
    FloatPointer toFeatures = new FloatPointer(batch.features().data().pointer());
    FloatPointer toLabels = new FloatPointer(batch.labels().data().pointer());
    for (int i = 0; i < count; i++) {
      int example = order[first + i];
      ByteBuffer.wrap(shard.pixels(example), shard.offset(example), shapes.bytes())
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(features)
          .get(labels);
      toFeatures.position((long) i * features.length).put(features, 0, features.length);
      toLabels.position((long) i * labels.length).put(labels, 0, labels.length);
    }
    return batch;
  }

  private OpenGraph.Tensors tensors(int n) {
    return tensorsOfSize.get(
        n,
        size ->
            new OpenGraph.Tensors(array(size, shapes.features()), array(size, shapes.labels())));
  }

  private static INDArray array(int n, List<Long> shape) {
    long[] ofBatch =
        LongStream.concat(LongStream.of(n), shape.stream().mapToLong(Long::longValue)).toArray();
    return Nd4j.createUninitialized(DataType.FLOAT, ofBatch);
  }

  private static void close(OpenGraph.Tensors tensors) {
    tensors.features().close();
    tensors.labels().close();
  }

  @Override
  public void close() {
    tensorsOfSize.close();
  }
}
