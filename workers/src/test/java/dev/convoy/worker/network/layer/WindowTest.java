package dev.convoy.worker.network.layer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

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
    assertThat(window.refusal(input, 1, "kernel")).isEmpty();
    assertThat(window.over(input, 1)).isEqualTo(new LayerShape(1, starts, starts, false));
  }

  private static int positions(int extent, int kernel, int stride) {
    int count = 0;
    for (int start = 0; start + kernel <= extent; start += stride) {
      count++;
    }
    return count;
  }
}
