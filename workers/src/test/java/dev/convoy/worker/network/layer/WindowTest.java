package dev.convoy.worker.network.layer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The arithmetic of shapes against windows that are laid and counted one by one. */
class WindowTest {

  @Property
  void anOutputHasAsManyPixelsAsTheWindowHasPositions(
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns,
      @ForAll @IntRange(min = 1, max = 5) int stride,
      @ForAll @IntRange(min = 0, max = 4) int pad) {
    Window window =
        new Window(
            new Size(rows, columns), new Size(stride, stride + 1), Size.ONE, Padding.of(pad, pad));
    LayerShape input = new LayerShape(3, height, width, false);
    int down = positions(height + 2 * pad, rows, stride);
    int across = positions(width + 2 * pad, columns, stride + 1);
    assertThat(window.refusal(input, 7, "kernel").isPresent()).isEqualTo(down * across == 0);
    if (down * across > 0) {
      assertThat(window.over(input, 7)).isEqualTo(new LayerShape(7, down, across, false));
    }
  }

  @Property
  void samePaddingPutsAWindowOnEveryStrideOfTheInput(
      @ForAll @IntRange(min = 1, max = 100) int extent,
      @ForAll @IntRange(min = 1, max = 12) int kernel,
      @ForAll @IntRange(min = 1, max = 12) int stride) {
    int starts = 0;
    for (int start = 0; start < extent; start += stride) {
      starts++;
    }
    Window window =
        new Window(new Size(kernel, kernel), new Size(stride, stride), Size.ONE, Padding.same());
    LayerShape input = new LayerShape(1, extent, extent, false);
    boolean skips = kernel > 1 && kernel < stride - 1;
    assertThat(window.refusal(input, 1, "kernel").isPresent()).isEqualTo(skips);
    assertThat(window.over(input, 1)).isEqualTo(new LayerShape(1, starts, starts, false));
  }

  @Test
  void aWindowFarSmallerThanItsStrideIsRefusedSamePadding() {
    LayerShape input = new LayerShape(1, 28, 28, false);
    Window window = new Window(new Size(2, 3), new Size(5, 4), Size.ONE, Padding.same());
    assertThat(window.refusal(input, 1, "kernel"))
        .contains(
            "its kernel 2×3 is too small beside its stride 5×4 for padding = same: use"
                + " padding = valid or [0, 0], a stride of at most 3×4, or a larger kernel");
    Window dilated = new Window(new Size(2, 3), new Size(5, 4), new Size(3, 1), Padding.same());
    assertThat(dilated.refusal(input, 1, "kernel")).as("3 rows apart, it covers 4").isEmpty();
    Window valid = new Window(new Size(2, 3), new Size(5, 4), Size.ONE, Padding.valid());
    assertThat(valid.refusal(input, 1, "kernel")).isEmpty();
  }

  @Property
  void connectionsAreTheWeightsThatLieOnPixels(
      @ForAll @IntRange(min = 1, max = 20) int extent,
      @ForAll @IntRange(min = 1, max = 6) int kernel,
      @ForAll @IntRange(min = 1, max = 5) int stride,
      @ForAll @IntRange(min = 1, max = 4) int gap,
      @ForAll @IntRange(min = 0, max = 9) int top,
      @ForAll @IntRange(min = 0, max = 9) int bottom) {
    Window window =
        new Window(
            new Size(kernel, 1),
            new Size(stride, 1),
            new Size(gap, 1),
            Padding.of(top, bottom, 0, 0));
    LayerShape input = new LayerShape(1, extent, 1, false);
    if (window.refusal(input, 1, "kernel").isEmpty()) {
      long counted = 0;
      int span = (kernel - 1) * gap + 1;
      for (int start = -top; start + span <= extent + bottom; start += stride) {
        for (int weight = 0; weight < kernel; weight++) {
          int pixel = start + weight * gap;
          counted += pixel >= 0 && pixel < extent ? 1 : 0;
        }
      }
      assertThat(window.connections(input)).isEqualTo(counted);
    }
  }

  private static int positions(int extent, int kernel, int stride) {
    int count = 0;
    for (int start = 0; start + kernel <= extent; start += stride) {
      count++;
    }
    return count;
  }
}
