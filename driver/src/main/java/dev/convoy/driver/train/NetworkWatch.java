package dev.convoy.driver.train;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.JobDescription;
import dev.convoy.worker.replica.EpochOrder;
import dev.convoy.worker.replica.NetworkProbe;
import dev.convoy.worker.replica.NetworkSnapshot;
import dev.convoy.worker.replica.NetworkSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;

/**
 * Looks at the network of a run after its epochs, on the driver, with some examples of the train
 * split. If that is not possible it says so once, and the training goes on.
 */
final class NetworkWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(NetworkWatch.class.getName());

  /** Largest number of examples. */
  private static final int EXAMPLES = 32;

  private final NetworkSpec spec;
  private final List<PackedExample> examples;
  private Optional<NetworkProbe> probe = Optional.empty();
  private boolean failed;

  private NetworkWatch(NetworkSpec spec, List<PackedExample> examples) {
    this.spec = spec;
    this.examples = examples;
  }

  /**
   * Draws the examples from the shard of the first replica.
   *
   * @param batch examples of a minibatch, more than which are not passed through a network at once
   * @param seed seed of the run
   */
  static NetworkWatch open(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      NetworkSpec spec,
      int imageBytes,
      int batch,
      long seed) {
    int count = Math.min(EXAMPLES, batch);
    List<PackedExample> examples =
        JobDescription.within(
            spark.sc(),
            "examples to look at the network with",
            () ->
                JavaSerialized.collect(
                    shards.mapPartitionsWithIndex(new Draw(imageBytes, count, seed), true)));
    return new NetworkWatch(spec, examples);
  }

  /** Returns what the parameters look like; empty if no network can be built here. */
  Optional<NetworkSnapshot> look(float[] parameters) {
    if (failed) {
      return Optional.empty();
    }
    try {
      if (probe.isEmpty()) {
        probe = Optional.of(new NetworkProbe(spec, examples));
      }
      return Optional.of(probe.get().look(parameters));
    } catch (RuntimeException e) {
      failed = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "The driver cannot look at the network, so the report of the run lacks gradients, weights"
              + " and units: "
              + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    probe.ifPresent(NetworkProbe::close);
  }

  /** Draws examples in the first partition. */
  private record Draw(int imageBytes, int count, long seed)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<PackedExample>> {
    @Override
    public Iterator<PackedExample> call(Integer replica, Iterator<ShardBlock> blocks) {
      if (replica > 0) {
        return Collections.emptyIterator();
      }
      Shard shard = Shard.of(blocks, imageBytes);
      int[] order = EpochOrder.permutation(shard.examples(), seed, 0, replica);
      return Arrays.stream(order)
          .limit(count)
          .mapToObj(
              index -> {
                int from = shard.offset(index);
                byte[] image = Arrays.copyOfRange(shard.pixels(index), from, from + imageBytes);
                return new PackedExample(shard.label(index), image);
              })
          .iterator();
    }
  }
}
