package dev.convoy.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.RandomDefinition;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts follow one another, and a later one takes whole passes of the one before. */
class ScheduleTest {
  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void partsAreNested(long seed) {
    RandomDefinition.network(seed, new ImageShape(120, 130, 1), 3)
        .filter(network -> Programs.whyUnsupported(network).isEmpty())
        .map(network -> Lowering.lower(network, Arithmetic.FLOAT32))
        .ifPresent(list -> List.of(1, 4, 64).forEach(most -> assertNested(list, most)));
  }

  private static void assertNested(Lowering.StepList list, int most) {
    Schedule schedule = Schedule.of(list, most);
    int end = 0;
    int images = 1;
    for (Schedule.Part part : schedule.parts()) {
      assertThat(part.first()).isEqualTo(end).isLessThan(part.end());
      assertThat(part.images() % images).isZero();
      end = part.end();
      images = part.images();
    }
    assertThat(end).isEqualTo(list.steps().size());
    assertThat(schedule.images()).isEqualTo(images).isLessThanOrEqualTo(most);
  }
}
