package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import java.util.Optional;
import net.jqwik.api.Example;

/** Erased rectangles: their share, area, aspect and place. */
class ErasedAreaTest {
  private static final ImageShape SHAPE = new ImageShape(64, 96, 3);

  private static Optional<ErasedArea> draw(Augmentation.Erasing erasing, int example) {
    return ErasedArea.draw(
        erasing, SHAPE, HashedNumbers.of(5, HashedNumbers.Purpose.ERASING), example);
  }

  @Example
  void theShareOfImagesIsTheProbability() {
    Augmentation.Erasing erasing = new Augmentation.Erasing(0.25, 0.02, 0.4, 0.3, 3.3333);
    int erased = 0;
    int n = 20_000;
    for (int example = 0; example < n; example++) {
      erased += draw(erasing, example).isPresent() ? 1 : 0;
    }
    assertThat((double) erased / n).isCloseTo(0.25, within(4 * Math.sqrt(0.25 * 0.75 / n)));
    assertThat(draw(new Augmentation.Erasing(0, 0.02, 0.4, 0.3, 3), 0)).isEmpty();
  }

  /** Areas of 4 % to 16 % and aspects of 0.5 to 2 always lie inside, so both are uniform. */
  @Example
  void areaAndAspectAreUniformOverTheirRanges() {
    Augmentation.Erasing erasing = new Augmentation.Erasing(1, 0.04, 0.16, 0.5, 2);
    double areas = 0;
    double aspects = 0;
    double tops = 0;
    double lefts = 0;
    int n = 20_000;
    for (int example = 0; example < n; example++) {
      ErasedArea area = draw(erasing, example).orElseThrow();
      double share = (double) area.height() * area.width() / SHAPE.plane();
      double aspect = (double) area.height() / area.width();
      assertThat(share).isBetween(0.037, 0.165);
      assertThat(aspect).isBetween(0.46, 2.2);
      assertThat(area.top()).isBetween(0, 64 - area.height());
      assertThat(area.left()).isBetween(0, 96 - area.width());
      areas += share;
      aspects += aspect;
      tops += (double) area.top() / (64 - area.height());
      lefts += (double) area.left() / (96 - area.width());
    }
    assertThat(areas / n).isCloseTo(0.1, within(0.001));
    assertThat(aspects / n).isCloseTo(1.25, within(0.015));
    assertThat(tops / n).isCloseTo(0.5, within(0.012));
    assertThat(lefts / n).isCloseTo(0.5, within(0.012));
  }

  /** 70 % of the image at an aspect of 2 would be 93 rows of 64: no attempt succeeds. */
  @Example
  void aRectangleThatCannotLieInsideIsLeftOut() {
    assertThat(draw(new Augmentation.Erasing(1, 0.7, 0.7, 2, 2), 3)).isEmpty();
  }

  @Example
  void everyPixelOfTheRectangleIsFilledAndNoOther() {
    ImageShape shape = new ImageShape(3, 3, 3);
    byte[] image = new byte[27];
    new ErasedArea(1, 0, 2, 2).erase(image, shape, new byte[] {1, 2, 3});
    byte[] expected = {
      0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 2, 2, 0, 2, 2, 0, 0, 0, 0, 3, 3, 0, 3, 3, 0
    };
    assertThat(image).isEqualTo(expected);
  }
}
