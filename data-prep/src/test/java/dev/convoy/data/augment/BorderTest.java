package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import net.jqwik.api.Example;

/** The pixels beside an image. */
class BorderTest {
  private static int[] pixels(Border border, int from, int to, int size) {
    return IntStream.rangeClosed(from, to).map(position -> border.pixel(position, size)).toArray();
  }

  @Example
  void reflectionDoesNotRepeatTheOutermostPixel() {
    assertThat(pixels(Border.REFLECT, -5, 7, 3))
        .containsExactly(1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1);
  }

  @Example
  void everyPixelBesideASingleOneIsThatPixel() {
    assertThat(pixels(Border.REFLECT, -3, 3, 1)).containsOnly(0);
  }

  @Example
  void blackHasNoPixel() {
    assertThat(pixels(Border.ZERO, -2, 4, 3)).containsExactly(-1, -1, 0, 1, 2, -1, -1);
  }
}
