package dev.convoy.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.TestSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Shards of which not all has room in memory. */
@Tag("slow")
class ShardBuilderTest {
  private static final int IMAGE = 24 << 20;

  private static byte[] image(int number) {
    byte[] image = new byte[IMAGE];
    Arrays.fill(image, (byte) number);
    image[IMAGE - 1] = (byte) (number + 1);
    return image;
  }

  private static Shard filled(int examples, List<ShardBlock> blocks, long room) {
    long[] left = {room};
    ShardBuilder shard =
        new ShardBuilder(
            examples,
            IMAGE,
            bytes -> {
              left[0] -= bytes;
              return left[0] >= 0;
            });
    List<Integer> order = new ArrayList<>(IntStream.range(0, examples).boxed().toList());
    Collections.shuffle(order, new Random(3));
    order.forEach(i -> shard.put(i, 7 * i, image(i), 0));
    blocks.addAll(shard.blocks());
    return Shard.of(blocks.iterator(), IMAGE);
  }

  private static void assertWhole(Shard shard, int examples) {
    assertThat(shard.examples()).isEqualTo(examples);
    for (int i = 0; i < examples; i++) {
      byte[] pixels = shard.pixels(i);
      int offset = shard.offset(i);
      assertThat(shard.label(i)).isEqualTo(7 * i);
      assertThat(pixels[offset]).isEqualTo((byte) i);
      assertThat(pixels[offset + IMAGE - 1]).isEqualTo((byte) (i + 1));
    }
  }

  @Test
  void examplesComeInAnyOrderAndWhatHasNoRoomLiesOnDisk() {
    List<ShardBlock> blocks = new ArrayList<>();
    assertWhole(filled(5, blocks, 100 << 20), 5);
    assertThat(blocks).extracting(ShardBlock::examples).containsExactly(2, 2, 1);
    assertThat(blocks).extracting(ShardBlock::bytesOnDisk).containsExactly(0L, 0L, (long) IMAGE);
    assertThat(blocks)
        .extracting(ShardBlock::bytes)
        .containsExactly(2L * IMAGE, 2L * IMAGE, 1L * IMAGE);
  }

  @Test
  void aBlockThatTravelsIsWholeWhereverItLay() {
    for (long room : new long[] {0, 100 << 20}) {
      List<ShardBlock> blocks = new ArrayList<>();
      filled(3, blocks, room);
      List<ShardBlock> arrived = blocks.stream().map(SerializationUtils::clone).toList();
      assertWhole(Shard.of(arrived.iterator(), IMAGE), 3);
    }
  }

  @Test
  void aPositionThatDoesNotExistIsOutsideTheShard() {
    ShardBuilder shard = new ShardBuilder(2, 1, bytes -> true);
    for (int position : new int[] {-1, 2, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> shard.put(position, 0, new byte[1], 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("position " + position + " is outside the shard of 2 examples");
    }
  }

  @Test
  void anExampleThatIsMissingOrComesTwiceIsNotPassedOver() {
    ShardBuilder shard = new ShardBuilder(2, 1, bytes -> true);
    shard.put(1, 0, new byte[1], 0);
    assertThatThrownBy(shard::blocks)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid shard: 1 examples of 2");
    assertThatThrownBy(() -> shard.put(1, 0, new byte[1], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("position 1 of 2 is filled by two examples");
    assertThatThrownBy(() -> shard.put(0, 0, new byte[3], 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an image of 2 bytes among images of 1");
  }

  @Test
  void shardsThatAreLargerThanTheMemoryForThemArePackedAndRead() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    long storage = org.apache.spark.SparkEnv.get().memoryManager().maxOnHeapStorageMemory();
    int examples = (int) (1.2 * storage / IMAGE);
    JavaPairRDD<Long, Shard.PackedExample> byPosition =
        spark
            .parallelize(IntStream.range(0, examples).boxed().toList(), 2)
            .mapToPair(i -> new Tuple2<>((long) i, new Shard.PackedExample(7 * i, image(i))));
    JavaRDD<ShardBlock> shards = ShardPacker.pack(byPosition, new ShardPlan(1, examples, 1), IMAGE);
    try {
      for (int pass = 0; pass < 2; pass++) {
        List<Long> found =
            shards
                .mapPartitions(
                    blocks -> {
                      List<ShardBlock> list = new ArrayList<>();
                      blocks.forEachRemaining(list::add);
                      assertWhole(Shard.of(list.iterator(), IMAGE), examples);
                      return List.of(list.stream().mapToLong(ShardBlock::bytesOnDisk).sum())
                          .iterator();
                    })
                .collect();
        assertThat(found).hasSize(1).allMatch(onDisk -> onDisk > 0);
      }
    } finally {
      shards.unpersist(true);
    }
  }
}
