package dev.convoy.worker.network.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.network.layer.LayerShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that are needed at the same time never share memory. */
class ArenaTest {
  private record Taking(List<Value> inputs, Value output) implements Step {
    @Override
    public void build(Building building) {
      throw new UnsupportedOperationException("nothing is computed");
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void livingValuesDoNotMeet(long seed) {
    Random random = new Random(seed);
    Value image = value(random);
    List<Value> values = new ArrayList<>(List.of(image));
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Value one = values.get(random.nextInt(values.size()));
      Value other = values.get(Math.max(0, values.size() - 1 - random.nextInt(3)));
      Value output = value(random);
      steps.add(new Taking(List.of(one, other), output));
      values.add(output);
    }
    Value last = values.get(values.size() - 1);
    Arena arena = new Arena(new Tracing.Steplist(steps, image, last), 3);
    long largest = 0;
    for (int i = 0; i < values.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (firstStep(k) <= lastStep(steps, values.get(i), i)
            && firstStep(i) <= lastStep(steps, values.get(k), k)) {
          assertThat(meet(arena, values.get(i), values.get(k))).isFalse();
        }
      }
      assertThat(arena.offset(values.get(i)) % 64).isZero();
      assertThat(arena.offset(values.get(i)) + bytes(values.get(i)))
          .isLessThanOrEqualTo(arena.bytes());
      largest += bytes(values.get(i)) + 64;
    }
    assertThat(arena.bytes()).isLessThan(largest);
  }

  private static Value value(Random random) {
    return new Value(new LayerShape(1 + random.nextInt(9), 1 + random.nextInt(9), 3, false));
  }

  private static int firstStep(int value) {
    return value - 1;
  }

  private static int lastStep(List<Step> steps, Value value, int number) {
    int last = number == steps.size() ? steps.size() : firstStep(number);
    for (int step = 0; step < steps.size(); step++) {
      last = steps.get(step).inputs().contains(value) ? Math.max(last, step) : last;
    }
    return last;
  }

  private static long bytes(Value value) {
    return 3 * value.shape().bytes();
  }

  private static boolean meet(Arena arena, Value one, Value other) {
    return arena.offset(one) < arena.offset(other) + bytes(other)
        && arena.offset(other) < arena.offset(one) + bytes(one);
  }
}
