package dev.convoy.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.dataset.Normalisation.Kind;
import dev.convoy.data.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes and the values that networks take, by formula and by hand. */
class NormalisationTest {
  private static final Normalisation GREY = new Normalisation(List.of(0.4), List.of(0.2));
  private static final Normalisation COLOUR =
      new Normalisation(List.of(0.4, 0.5, 0.6), List.of(0.2, 0.3, 0.1));

  private static float[] values(Normalisation normalisation, int... bytes) {
    byte[] image = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      image[i] = (byte) bytes[i];
    }
    float[][] tables = normalisation.tables(image, 0, image.length);
    int plane = bytes.length / tables.length;
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = tables[i / plane][bytes[i]];
    }
    return values;
  }

  @Test
  void unitIsZeroToOneAndSymmetricIsMinusOneToOne() {
    assertThat(values(Normalisation.of(Kind.UNIT, GREY), 0, 51, 255)).containsExactly(0, 0.2f, 1);
    assertThat(values(Normalisation.of(Kind.SYMMETRIC, COLOUR), 0, 255, 102))
        .containsExactly(-1, 1, (float) ((0.4 - 0.5) / 0.5));
  }

  @Test
  void imagenetHasTheNumbersThatPublishedNetworksTake() {
    Normalisation imagenet = Normalisation.of(Kind.IMAGENET, COLOUR);
    assertThat(values(imagenet, 0, 128, 255))
        .containsExactly(
            (float) (-0.485 / 0.229),
            (float) ((128 / 255.0 - 0.456) / 0.224),
            (float) ((1 - 0.406) / 0.225));
    assertThat(Kind.IMAGENET.takes(1)).isFalse();
    assertThat(Kind.PER_IMAGE.takes(1)).isTrue();
    assertThatThrownBy(() -> Normalisation.of(Kind.IMAGENET, GREY))
        .hasMessage("Invalid channels: 1 (must be one of [3])");
  }

  /** The mean of the nine values is 5 and their variance 60 / 9. */
  @Test
  void perImageByHand() {
    float[] values = values(Normalisation.of(Kind.PER_IMAGE, GREY), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    for (int i = 0; i < 9; i++) {
      assertThat((double) values[i]).isCloseTo((i - 4) / Math.sqrt(60.0 / 9), within(1e-6));
    }
  }

  /** With one deviating byte of four the deviation 0.433 is below the floor of 1/√4. */
  @Test
  void theDeviationHasTensorFlowsFloor() {
    Normalisation perImage = Normalisation.of(Kind.PER_IMAGE, GREY);
    assertThat(values(perImage, 0, 0, 0, 1)).containsExactly(-0.5f, -0.5f, -0.5f, 1.5f);
    assertThat(values(perImage, 7, 7, 7, 7)).containsOnly(0);
    assertThat(values(perImage, 255)).containsOnly(0);
  }

  @Test
  void perImageValuesHaveMeanZeroAndDeviationOneOverAllChannels() {
    int[] bytes = new Random(2).ints(3 * 64, 0, 256).toArray();
    float[] values = values(Normalisation.of(Kind.PER_IMAGE, COLOUR), bytes);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    assertThat(sum / values.length).isCloseTo(0, within(1e-6));
    assertThat(squares / values.length).isCloseTo(1, within(1e-6));
  }

  /** Brightness and contrast of an image do not count: p and 2p + 10 give the same values. */
  @Test
  void perImageValuesDoNotDependOnBrightnessAndContrast() {
    int[] bytes = new Random(5).ints(100, 0, 120).toArray();
    int[] brighter = Arrays.stream(bytes).map(value -> 2 * value + 10).toArray();
    Normalisation perImage = Normalisation.of(Kind.PER_IMAGE, GREY);
    assertThat(values(perImage, brighter)).containsExactly(values(perImage, bytes), within(1e-5f));
  }

  /** Above 2²³ bytes the sums are larger than a long; they are those of a small image repeated. */
  @Test
  void largeImagesAreExactToo() {
    byte[] small = {0, 10, (byte) 255, 40};
    byte[] large = new byte[12 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = small[i % 4];
    }
    Normalisation perImage = Normalisation.of(Kind.PER_IMAGE, GREY);
    assertThat(perImage.tables(large, 0, large.length)[0])
        .containsExactly(perImage.tables(small, 0, 4)[0], within(1e-6f));
  }

  @Test
  void onlyTheBytesOfTheImageCount() {
    byte[] bytes = {99, 1, 2, 3, 99};
    Normalisation perImage = Normalisation.of(Kind.PER_IMAGE, GREY);
    assertThat(perImage.tables(bytes, 1, 3)[0][2]).isZero();
    assertThatThrownBy(() -> perImage.table(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEarlierDatasetIsNormalisedByItsTrainSplit() {
    String early = "{\"mean\":[0.4],\"std\":[0.2]}";
    assertThat(Json.read(early, Normalisation.class, "a manifest")).isEqualTo(GREY);
    for (Kind kind : Kind.values()) {
      Normalisation normalisation = Normalisation.of(kind, COLOUR);
      assertThat(Json.read(Json.line(normalisation), Normalisation.class, "a manifest"))
          .isEqualTo(normalisation);
    }
    assertThat(Json.line(Normalisation.of(Kind.PER_IMAGE, GREY)))
        .isEqualTo("{\"kind\":\"per-image\",\"mean\":[0.4],\"std\":[0.2]}");
  }

  @Test
  void fixedNumbersCannotBeChanged() {
    assertThatThrownBy(() -> new Normalisation(Kind.UNIT, List.of(0.1), List.of(1.0)))
        .hasMessage(
            "Invalid normalisation: mean [0.1] and std [1.0] are not those of unit, which are"
                + " [0.0] and [1.0]");
    assertThatThrownBy(() -> new Normalisation(Kind.IMAGENET, List.of(0.485), List.of(0.229)))
        .hasMessageContaining("are not those of imagenet");
    assertThatThrownBy(() -> new Normalisation(Kind.PER_IMAGE, List.of(0.5), List.of(0.9)))
        .hasMessageContaining("cannot deviate so much");
  }
}
