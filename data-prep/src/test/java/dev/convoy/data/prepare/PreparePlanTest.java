package dev.convoy.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.Normalisation;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PreparePlanTest {
  @Test
  void allFaultsAreReportedTogether() {
    assertThatThrownBy(
            () ->
                PreparePlan.from(" ", "out")
                    .channels(2)
                    .validation(1)
                    .test(Double.NaN)
                    .maxBad(1.5)
                    .labels(List.of("a", "a"))
                    .build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot prepare: 6 problems",
                "  --input: must name a directory",
                "  --channels = 2: must be 1 (grey) or 3 (RGB)",
                "  --validation = 1.0: must be at least 0 and less than 1",
                "  --test = NaN: must be at least 0 and less than 1",
                "  --max-bad = 1.5: must be between 0 and 1",
                "  labels = [a, a]: a label is listed twice"));
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    assertThat(PreparePlan.from("in", "out").build().toJson().toString())
        .isEqualTo(
            "{\"input\":\"in\",\"format\":\"auto\",\"fit\":\"pad\",\"padding\":\"zero\","
                + "\"place\":\"center\",\"resample\":\"area-bicubic\",\"validation\":0.1,\"test\":0.0,\"onBad\":\"fail\",\"maxBad\":1.0,\"seed\":1,"
                + "\"damaged\":\"keep\",\"duplicates\":\"keep\",\"background\":\"black\",\"maxPixels\":64000000,\"maxBytes\":67108864}");
  }

  @Test
  void sizeIsReadHeightFirst() {
    assertThat(ImageSize.of("28x32")).isEqualTo(new ImageSize(28, 32));
    assertThatThrownBy(() -> ImageSize.of("28"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid size: 28 (must be HEIGHTxWIDTH, such as 28x28)");
    assertThatThrownBy(() -> ImageSize.of("0x5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid height: 0");
  }

  @Property(tries = 50)
  void statisticsDoNotDependOnHowImagesAreGrouped(
      @ForAll @IntRange(min = 1, max = 20) int images,
      @ForAll @IntRange(max = 20) int cut,
      @ForAll long seed) {
    ImageShape shape = new ImageShape(3, 2, 3);
    Random random = new Random(seed);
    PixelSums whole = new PixelSums(shape);
    PixelSums first = new PixelSums(shape);
    PixelSums second = new PixelSums(shape);
    double[] sums = new double[3];
    byte[][] all = new byte[images][18];
    for (int i = 0; i < images; i++) {
      random.nextBytes(all[i]);
      whole.add(all[i]);
      (i < cut ? first : second).add(all[i]);
      for (int p = 0; p < 18; p++) {
        sums[p / 6] += (all[i][p] & 0xff) / 255.0;
      }
    }
    second.add(first);
    Normalisation normalisation = whole.normalisation();
    assertThat(second.normalisation()).isEqualTo(normalisation);
    for (int c = 0; c < 3; c++) {
      double mean = sums[c] / (images * 6);
      double squares = 0;
      for (byte[] image : all) {
        for (int p = c * 6; p < c * 6 + 6; p++) {
          squares += Math.pow((image[p] & 0xff) / 255.0 - mean, 2);
        }
      }
      assertThat(normalisation.mean().get(c)).isCloseTo(mean, within(1e-12));
      assertThat(normalisation.std().get(c))
          .isCloseTo(Math.sqrt(squares / (images * 6)), within(1e-12));
    }
  }

  @Test
  void halfBlackAndHalfWhiteHasMeanAndDeviationOfAHalf() {
    PixelSums sums = new PixelSums(new ImageShape(1, 2, 1));
    sums.add(new byte[] {0, (byte) 255});
    assertThat(sums.normalisation()).isEqualTo(new Normalisation(List.of(0.5), List.of(0.5)));
  }
}
