package dev.convoy.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pixels beside padded images, by hand. */
class PaddingTest {
  /** Two rows of three pixels, for datasets of seven rows or three rows of eight. */
  private static final byte[] IMAGE = {10, 20, 30, 40, 50, 61};

  private static byte[] padded(String padding, Place place, int height, int width) {
    return padded(padding, place, IMAGE, new ImageShape(2, 3, 1), height, width, 1);
  }

  private static byte[] padded(
      String padding,
      Place place,
      byte[] pixels,
      ImageShape from,
      int height,
      int width,
      int channels) {
    Geometry geometry = Geometry.DEFAULT.with(Padding.of(padding).orElseThrow()).with(place);
    ImageShape shape = new ImageShape(height, width, channels);
    return new ImageFitter(shape, geometry, ImageLimits.DEFAULT, Background.BLACK)
        .fitPixels(pixels, from)
        .pixels();
  }

  @Test
  void zeroIsBlack() {
    assertThat(padded("zero", Place.CENTER, 5, 3))
        .containsExactly(0, 0, 0, 10, 20, 30, 40, 50, 61, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void thePlaceIsInTheMiddleOrAtAnEnd() {
    assertThat(padded("#010101", Place.TOP_LEFT, 4, 3))
        .containsExactly(10, 20, 30, 40, 50, 61, 1, 1, 1, 1, 1, 1);
    assertThat(padded("#010101", Place.BOTTOM_RIGHT, 4, 3))
        .containsExactly(1, 1, 1, 1, 1, 1, 10, 20, 30, 40, 50, 61);
    assertThat(padded("zero", Place.BOTTOM_RIGHT, 2, 5))
        .containsExactly(0, 0, 10, 20, 30, 0, 0, 40, 50, 61);
    assertThat(padded("zero", Place.TOP_LEFT, 2, 5))
        .containsExactly(10, 20, 30, 0, 0, 40, 50, 61, 0, 0);
    assertThat(padded("zero", Place.CENTER, 2, 6))
        .containsExactly(0, 10, 20, 30, 0, 0, 0, 40, 50, 61, 0, 0);
  }

  @Test
  void edgeRepeatsTheOutermostPixels() {
    assertThat(padded("edge", Place.CENTER, 2, 7))
        .containsExactly(10, 10, 10, 20, 30, 30, 30, 40, 40, 40, 50, 61, 61, 61);
    assertThat(padded("edge", Place.TOP_LEFT, 4, 3))
        .containsExactly(10, 20, 30, 40, 50, 61, 40, 50, 61, 40, 50, 61);
  }

  @Test
  void reflectionMirrorsAtTheOutermostPixels() {
    assertThat(padded("reflect", Place.CENTER, 2, 7))
        .containsExactly(30, 20, 10, 20, 30, 20, 10, 61, 50, 40, 50, 61, 50, 40);
  }

  /** Two rows in seven: the padding is larger than the image, which is mirrored several times. */
  @Test
  void anImageSmallerThanThePaddingIsMirroredAgain() {
    assertThat(padded("reflect", Place.TOP_LEFT, 7, 3))
        .containsExactly(
            10, 20, 30, 40, 50, 61, 10, 20, 30, 40, 50, 61, 10, 20, 30, 40, 50, 61, 10, 20, 30);
    byte[] row = {1, 2, 3, 4};
    assertThat(padded("reflect", Place.CENTER, row, new ImageShape(1, 4, 1), 3, 4, 1))
        .as("one row has no other to mirror")
        .containsExactly(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4);
  }

  /** 211 / 6 = 35.17. */
  @Test
  void theMeanIsThatOfEachChannelOfTheImage() {
    assertThat(padded("mean", Place.TOP_LEFT, 3, 3))
        .containsExactly(10, 20, 30, 40, 50, 61, 35, 35, 35);
    byte[] colours = {10, 20, 0, 1, 100, 103};
    assertThat(padded("mean", Place.TOP_LEFT, colours, new ImageShape(1, 2, 3), 2, 2, 3))
        .as("halves are rounded up")
        .containsExactly(10, 20, 15, 15, 0, 1, 1, 1, 100, 103, 102, 102);
  }

  @Test
  void aColourHasItsChannelsOrItsLuma() {
    byte[] colours = {1, 2, 3};
    assertThat(padded("#0a141e", Place.TOP_LEFT, colours, new ImageShape(1, 1, 3), 2, 1, 3))
        .containsExactly(1, 10, 2, 20, 3, 30);
    // 0.299·10 + 0.587·20 + 0.114·30 = 18.15
    assertThat(padded("#0a141e", Place.TOP_LEFT, new byte[] {7}, new ImageShape(1, 1, 1), 2, 1, 1))
        .containsExactly(7, 18);
  }

  @Test
  void wordsAreReadAsTheyAreWritten() {
    for (String word : List.of("zero", "edge", "mean", "reflect", "#c0ffee")) {
      assertThat(Padding.of(word).orElseThrow().key()).isEqualTo(word);
    }
    assertThat(Padding.of("#000000")).hasValue(Padding.ZERO);
    assertThat(Padding.of("black")).hasValue(Padding.ZERO);
    assertThat(Padding.of("white").orElseThrow().key()).isEqualTo("#ffffff");
    for (String word : List.of("", "ZERO", "#12345", "symmetric")) {
      assertThat(Padding.of(word)).isEmpty();
    }
    for (Place place : Place.values()) {
      assertThat(Place.of(place.key())).hasValue(place);
    }
    for (Resampling way : Resampling.values()) {
      assertThat(Resampling.of(way.key())).hasValue(way);
    }
  }

  /** Only padded images have something beside them. */
  @Test
  void otherFitsIgnoreThePadding() {
    for (Fit fit : new Fit[] {Fit.CROP, Fit.STRETCH}) {
      ImageShape shape = new ImageShape(4, 3, 1);
      byte[] plain = new ImageFitter(shape, fit).fitPixels(IMAGE, new ImageShape(2, 3, 1)).pixels();
      Geometry white = Geometry.DEFAULT.with(fit).with(Padding.of("#ffffff").orElseThrow());
      assertThat(
              new ImageFitter(shape, white, ImageLimits.DEFAULT, Background.BLACK)
                  .fitPixels(IMAGE, new ImageShape(2, 3, 1))
                  .pixels())
          .isEqualTo(plain);
    }
  }
}
