package dev.convoy.driver.explain.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShiftsTest {
  private static final ImageShape SHAPE = new ImageShape(9, 9, 1);

  /** A model that sees nothing but the mean of all pixels, as a global average pool does. */
  private static final Predictor AVERAGE =
      images -> {
        float[][] rows = new float[images.size()][];
        for (int i = 0; i < rows.length; i++) {
          double mean = 0;
          for (byte pixel : images.get(i).bytes()) {
            mean += (pixel & 0xFF) / 255.0 / SHAPE.size();
          }
          float bright = (float) Math.min(1, 10 * mean);
          rows[i] = new float[] {1 - bright, bright};
        }
        return rows;
      };

  /** White, 3×3 pixels, on black. */
  private static Pixels square(int top, int left) {
    return new Pixels(SHAPE, new byte[SHAPE.size()]).covered(top, left, 3, 3, List.of(255));
  }

  private static Shifts measure(int reach, Pixels... images) {
    return Shifts.measure(List.of(images), reach, AVERAGE, (done, of) -> {});
  }

  @Test
  void anAverageOverAllPixelsIsInvariantWhileTheObjectStaysInside() {
    Shifts shifts = measure(3, square(3, 3));
    assertThat(shifts.offsets()).containsExactly(-3, -2, -1, 0, 1, 2, 3);
    assertThat(shifts.cells()).hasSize(49);
    assertThat(shifts.cells())
        .allSatisfy(
            cell -> {
              assertThat(cell.unchanged()).isEqualTo(1);
              assertThat(cell.probability()).isCloseTo(1, within(1e-6));
            });
  }

  @Test
  void whatLeavesTheFrameIsLost() {
    // At the left edge, and in the middle: 2 to the left, a third of the first square is left.
    Shifts shifts = measure(2, square(3, 0), square(3, 3));
    assertThat(shifts.images()).isEqualTo(2);
    Shifts.Cell left = shifts.cells().get(2 * 5);
    assertThat(left.down()).isZero();
    assertThat(left.right()).isEqualTo(-2);
    assertThat(left.unchanged()).isEqualTo(0.5);
    assertThat(left.probability()).isCloseTo((10 * 3 / 81.0 + 1) / 2, within(1e-6));
    Shifts.Cell right = shifts.cells().get(2 * 5 + 4);
    assertThat(right.unchanged()).isEqualTo(1);
  }

  @Test
  void aRingIsTheMeanOfItsShifts() {
    Shifts shifts = measure(2, square(3, 0), square(3, 3));
    assertThat(shifts.rings()).extracting(Shifts.Ring::distance).containsExactly(0, 1, 2);
    assertThat(shifts.rings().get(0).unchanged()).isEqualTo(1);
    double sum = 0;
    int cells = 0;
    for (Shifts.Cell cell : shifts.cells()) {
      if (Math.max(Math.abs(cell.down()), Math.abs(cell.right())) == 2) {
        sum += cell.unchanged();
        cells++;
      }
    }
    assertThat(cells).isEqualTo(16);
    assertThat(shifts.rings().get(2).unchanged()).isCloseTo(sum / 16, within(1e-12));
  }

  @Test
  void farShiftsGoInSteps() {
    assertThat(measure(5, square(3, 3)).offsets()).hasSize(11);
    assertThat(measure(8, square(3, 3)).offsets()).containsExactly(-8, -6, -4, -2, 0, 2, 4, 6, 8);
  }

  @Test
  void progressEndsWithAllShifts() {
    List<String> told = new ArrayList<>();
    Shifts.measure(List.of(square(3, 3)), 1, AVERAGE, (done, of) -> told.add(done + " of " + of));
    assertThat(told).containsExactly("3 of 9", "6 of 9", "9 of 9");
  }

  @Test
  void noImagesAreRefused() {
    assertThatThrownBy(() -> Shifts.measure(List.of(), 1, AVERAGE, (done, of) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there must be at least one");
  }
}
