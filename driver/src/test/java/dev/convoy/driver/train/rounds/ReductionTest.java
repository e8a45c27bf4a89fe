package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.train.Plans;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Averages on the executors, in a shuffle, are those on the driver. */
@Tag("slow")
class ReductionTest extends EqualRounds {
  @Override
  String setting() {
    return CollectLimit.SETTING;
  }

  @Override
  String value() {
    return "0";
  }

  @Test
  void noShuffleIsLeftBehind() {
    List<Integer> kept = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            kept.add(shuffles());
          }
        };
    otherwise(Plans.epochs(Plans.split(Plans.of(SMALL), 3, 1, 1), 4), counting);
    assertThat(kept).hasSize(44);
    // What was packed for the run stays.
    assertThat(kept).containsOnly(kept.get(0));
  }

  private static int shuffles() {
    return SparkEnv.get().blockManager().getMatchingBlockIds(BlockId::isShuffle).size();
  }

  @Test
  void theLimitFollowsTheHeapUnlessItIsSet() {
    long heap = Runtime.getRuntime().maxMemory();
    assertThat(CollectLimit.of(SPARK).bytes()).isEqualTo(heap / 4);
    conf().set(CollectLimit.SETTING, "3");
    CollectLimit three = CollectLimit.of(SPARK);
    conf().remove(CollectLimit.SETTING);
    assertThat(three.bytes()).isEqualTo(3 << 20);
    // Eight bytes for each of 2^17 values are one MiB.
    assertThat(three.allows(3, new CollectLimit.Size(1 << 17, 1 << 17))).isTrue();
    assertThat(three.allows(4, new CollectLimit.Size(1 << 17, 1 << 17))).isFalse();
    assertThat(three.allows(6, new CollectLimit.Size(1 << 17, 0))).isTrue();
  }
}
