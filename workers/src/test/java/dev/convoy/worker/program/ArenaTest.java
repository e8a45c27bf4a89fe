package dev.convoy.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.network.layer.LayerShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that are needed at the same time never share memory. */
@Tag("slow")
class ArenaTest {
  private record Taking(List<Value> inputs, Value output) implements Step {
    @Override
    public void build(ProgramPart part) {
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
    Lowering.StepList list = new Lowering.StepList(steps, image, last, Arithmetic.FLOAT32);
    Arena arena = new Arena(list, uniform(steps.size(), 3));
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

  private static Schedule uniform(int steps, int images) {
    int[] each = new int[steps];
    Arrays.fill(each, images);
    return new Schedule(each);
  }

  /** Whatever the parts: a step finds of every image what the step before it has put out. */
  @ParameterizedTest
  @MethodSource("seeds")
  void partsFindWhatOthersPutOut(long seed) {
    Random random = new Random(seed);
    Value image = value(random);
    List<Value> values = new ArrayList<>(List.of(image));
    List<Step> steps = new ArrayList<>();
    int[] images = new int[10];
    for (int i = 0; i < images.length; i++) {
      images[i] = (i == 0 ? 1 : images[i - 1]) << (random.nextInt(8) / 6);
      Value any = values.get(random.nextInt(values.size()));
      steps.add(new Taking(List.of(any, values.get(i)), value(random)));
      values.add(steps.get(i).output());
    }
    Value last = values.get(images.length);
    Schedule schedule = new Schedule(images);
    Arena arena =
        new Arena(new Lowering.StepList(steps, image, last, Arithmetic.FLOAT32), schedule);
    Told memory = new Told(arena);
    for (int done = 1; done <= schedule.images(); done++) {
      memory.write(image, done - 1);
      for (Schedule.Part part : schedule.parts()) {
        if (done % part.images() == 0) {
          memory.run(steps.subList(part.first(), part.end()), done - part.images(), done);
        }
      }
    }
    for (int i = 0; i < schedule.images(); i++) {
      memory.check(last, i);
    }
  }

  /** Memory in which stands whose values it holds. */
  private static final class Told {
    private final Arena arena;
    private final Object[] bytes;

    Told(Arena arena) {
      this.arena = arena;
      bytes = new Object[(int) arena.bytes()];
    }

    void run(List<Step> steps, int from, int to) {
      for (Step step : steps) {
        for (int image = from; image < to; image++) {
          for (Value input : step.inputs()) {
            check(input, image);
          }
        }
        for (int image = from; image < to; image++) {
          write(step.output(), image);
        }
      }
    }

    private int begin(Value value, int image) {
      return (int) (arena.offset(value) + image % arena.images(value) * value.shape().bytes());
    }

    void write(Value value, int image) {
      int begin = begin(value, image);
      Arrays.fill(bytes, begin, begin + (int) value.shape().bytes(), whose(value, image));
    }

    void check(Value value, int image) {
      int begin = begin(value, image);
      for (int i = 0; i < value.shape().bytes(); i++) {
        assertThat(bytes[begin + i]).isEqualTo(whose(value, image));
      }
    }

    private static Object whose(Value value, int image) {
      return List.of(System.identityHashCode(value), image);
    }
  }

  private static Value value(Random random) {
    return new Value("any", new LayerShape(1 + random.nextInt(9), 1 + random.nextInt(9), 3, false));
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
