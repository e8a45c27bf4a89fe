package dev.convoy.driver.explain.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelsTest {
  private static final ImageShape SHAPE = new ImageShape(2, 3, 1);

  private static Pixels image(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Pixels(SHAPE, bytes);
  }

  @Test
  void aShiftMovesEveryPixelAndFillsWhatComesIn() {
    Pixels image = image(1, 2, 3, 4, 5, 250);
    assertThat(image.shifted(0, 1, List.of(9)).bytes()).containsExactly(9, 1, 2, 9, 4, 5);
    assertThat(image.shifted(0, -1, List.of(9)).bytes()).containsExactly(2, 3, 9, 5, 250, 9);
    assertThat(image.shifted(1, 0, List.of(9)).bytes()).containsExactly(9, 9, 9, 1, 2, 3);
    assertThat(image.shifted(-1, 0, List.of(9)).bytes()).containsExactly(4, 5, 250, 9, 9, 9);
    assertThat(image.shifted(0, 0, List.of(9)).bytes()).containsExactly(image.bytes());
    assertThat(image.shifted(5, 5, List.of(9)).bytes()).containsOnly(9);
    assertThat(image.at(0, 1, 2)).isEqualTo(250);
  }

  @Test
  void aPatchCoversItsRectangleInEveryChannel() {
    Pixels colour = new Pixels(new ImageShape(2, 2, 3), new byte[12]);
    assertThat(colour.covered(0, 1, 2, 1, List.of(1, 2, 3)).bytes())
        .containsExactly(0, 1, 0, 1, 0, 2, 0, 2, 0, 3, 0, 3);
    assertThat(colour.bytes()).containsOnly(0);
  }

  @Test
  void theBackgroundIsTheMedianOfTheEdge() {
    byte[] bytes = new byte[9];
    bytes[4] = 100; // the middle is no edge
    bytes[0] = 50;
    assertThat(new Pixels(new ImageShape(3, 3, 1), bytes).background()).containsExactly(0);
    assertThat(image(7, 7, 7, 7, 200, 7).background()).containsExactly(7);
  }

  @Test
  void theMeanColourIsInBytes() {
    assertThat(Pixels.mean(new Normalisation(List.of(0.0, 0.5, 1.0), List.of(0.0, 0.5, 0.0))))
        .containsExactly(0, 128, 255);
  }
}
