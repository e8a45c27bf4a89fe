package dev.convoy.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.TestSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ShardTest {
  private record Example(int label, String id) {}

  private static List<Example> sorted(List<Example> examples, long seed) {
    return examples.stream()
        .sorted(
            Comparator.comparingInt(Example::label)
                .thenComparingLong(example -> ShardPlan.hash(seed, example.id()))
                .thenComparing(Example::id))
        .toList();
  }

  @Property(tries = 200)
  void shardsDifferByAtMostOneExampleOverallAndPerLabel(
      @ForAll @Size(min = 8, max = 200) List<@IntRange(max = 4) Integer> labels,
      @ForAll @IntRange(min = 1, max = 8) int replicas,
      @ForAll long seed) {
    List<Example> examples =
        IntStream.range(0, labels.size())
            .mapToObj(i -> new Example(labels.get(i), "id" + i))
            .toList();
    ShardPlan plan = new ShardPlan(replicas, examples.size(), seed);
    long[][] counts = new long[5][replicas];
    long[] sizes = new long[replicas];
    List<Example> order = sorted(examples, seed);
    for (int position = 0; position < order.size(); position++) {
      counts[order.get(position).label()][plan.replicaOf(position)]++;
      sizes[plan.replicaOf(position)]++;
    }

    assertThat(Arrays.stream(sizes).sum()).isEqualTo(examples.size());
    assertThat(spread(sizes)).isLessThanOrEqualTo(1);
    for (long[] ofLabel : counts) {
      assertThat(spread(ofLabel)).isLessThanOrEqualTo(1);
    }
    for (int replica = 0; replica < replicas; replica++) {
      assertThat(plan.size(replica)).isEqualTo(sizes[replica]);
    }
  }

  private static long spread(long[] values) {
    return Arrays.stream(values).max().getAsLong() - Arrays.stream(values).min().getAsLong();
  }

  @Test
  void stepsCoverEveryExampleOfTheLargestShard() {
    ShardPlan plan = new ShardPlan(3, 10, 1);
    assertThat(plan.size(0)).isEqualTo(4);
    assertThat(plan.size(2)).isEqualTo(3);
    assertThat(plan.steps(2, 3)).isEqualTo(1);
    assertThat(plan.stepsPerEpoch(3)).isEqualTo(2);
  }

  @Test
  void moreReplicasThanExamplesAreRefused() {
    assertThatThrownBy(() -> new ShardPlan(3, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid replicas: 3 replicas for 2 examples (each needs at least one)");
  }

  @Test
  void packedShardGivesEveryExampleBackOverSeveralBlocks() {
    int imageBytes = 20 << 20;
    List<Shard.PackedExample> examples = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      byte[] image = new byte[imageBytes];
      image[0] = (byte) i;
      image[imageBytes - 1] = (byte) (100 + i);
      examples.add(new Shard.PackedExample(i * 3, image));
    }
    List<ShardBlock> blocks = new ArrayList<>();
    Shard.pack(examples.iterator(), imageBytes).forEachRemaining(blocks::add);
    Shard shard = Shard.of(blocks.iterator(), imageBytes);

    assertThat(blocks).extracting(ShardBlock::examples).containsExactly(3, 3, 1);
    assertThat(shard.examples()).isEqualTo(7);
    for (int i = 0; i < 7; i++) {
      assertThat(shard.label(i)).isEqualTo(i * 3);
      assertThat(shard.pixels(i)[shard.offset(i)]).isEqualTo((byte) i);
      assertThat(shard.pixels(i)[shard.offset(i) + imageBytes - 1]).isEqualTo((byte) (100 + i));
    }
    assertThatThrownBy(() -> shard.label(7))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("example 7 of 7");
  }

  @Test
  void emptyShardHasNoExamples() {
    assertThat(Shard.empty(4).examples()).isZero();
  }

  @Test
  void imageOfAnotherSizeIsNotPacked() {
    var blocks = Shard.pack(List.of(new Shard.PackedExample(0, new byte[3])).iterator(), 4);
    assertThatThrownBy(blocks::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an image of 3 bytes among images of 4");
  }

  @Test
  void packingOnSparkFollowsThePlanWhateverThePartitions() {
    List<Example> examples =
        IntStream.range(0, 61).mapToObj(i -> new Example(i % 4, "train/" + i)).toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      byte[] image = {(byte) i, (byte) example.label()};
      rows.add(RowFactory.create(example.id(), example.label(), image, "file"));
    }
    long seed = 7;
    ShardPlan plan = new ShardPlan(3, examples.size(), seed);
    List<Example> order = sorted(examples, seed);
    for (int partitions : new int[] {1, 5}) {
      Dataset<Row> train =
          TestSpark.session().createDataFrame(rows, ImageDataset.SCHEMA).repartition(partitions);
      JavaRDD<ShardBlock> packed = ShardPacker.pack(train, plan, 2);
      List<List<ShardBlock>> shards = packed.glom().collect();
      packed.unpersist();

      assertThat(shards).hasSize(3);
      for (int replica = 0; replica < 3; replica++) {
        Shard shard = Shard.of(shards.get(replica).iterator(), 2);
        assertThat(shard.examples()).isEqualTo((int) plan.size(replica));
        for (int i = 0; i < shard.examples(); i++) {
          Example expected = order.get(i * 3 + replica);
          assertThat(shard.label(i)).isEqualTo(expected.label());
          assertThat(shard.pixels(i)[shard.offset(i)]).isEqualTo((byte) examples.indexOf(expected));
        }
      }
    }
  }
}
