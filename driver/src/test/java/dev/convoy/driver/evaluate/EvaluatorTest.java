package dev.convoy.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The brightness model on datasets whose answers are known. */
@Tag("slow")
class EvaluatorTest {
  @TempDir Path directory;

  private static EvaluateReport evaluate(ImageDataset data, Split split) {
    return new Evaluator(TestSpark.session(), BatchSize.of(4))
        .run(TestModels.brightness(), data, split);
  }

  private void put(String split, String label, int number, int pixel) {
    TestDatasets.put(
        directory.resolve("raw").resolve(split).resolve(label).resolve(number + ".png"),
        TestDatasets.png(2, pixel, pixel, pixel, pixel));
  }

  @Test
  void theSplitIsCountedByHand() {
    put("train", "a dark", 0, 0);
    put("train", "b bright", 0, 255);
    // Of three dark images two look dark; of five bright ones four look bright.
    for (int i = 0; i < 3; i++) {
      put("test", "a dark", i, i < 2 ? 0 : 255);
    }
    for (int i = 0; i < 5; i++) {
      put("test", "b bright", i, i < 4 ? 255 : 0);
    }
    ImageDataset data =
        TestDatasets.prepare(directory.resolve("raw"), directory.resolve("dataset"));
    Model model = TestModels.renamed(TestModels.brightness(), List.of("a dark", "b bright"));
    EvaluateReport report =
        new Evaluator(TestSpark.session(), BatchSize.of(3)).run(model, data, Split.TEST);
    assertThat(report.split()).isEqualTo("test");
    assertThat(report.examples()).isEqualTo(8);
    assertThat(report.accuracy()).isEqualTo(0.75);
    assertThat(report.confusion()).containsExactly(List.of(2L, 1L), List.of(1L, 4L));
    // Six right answers of probability q = 1/(1+e⁻⁴), and two of 1 − q.
    double right = Math.log1p(Math.exp(-4));
    double wrong = Math.log1p(Math.exp(4));
    assertThat(report.loss()).isCloseTo((6 * right + 2 * wrong) / 8, within(1e-6));
  }

  @Test
  void aNetworkForAnySizeIsEvaluatedOnImagesOfAnother() {
    // Four by six: three dark ones, one of which is half white and half black.
    int[][] images = new int[4][24];
    Arrays.fill(images[0], 0);
    Arrays.fill(images[1], 0);
    Arrays.fill(images[2], 0, 12, 255);
    Arrays.fill(images[3], 255);
    for (int i = 0; i < 4; i++) {
      Path folder = directory.resolve("raw/test").resolve(i < 3 ? "dark" : "light");
      TestDatasets.put(folder.resolve(i + ".png"), TestDatasets.png(6, images[i]));
      TestDatasets.put(
          directory.resolve("raw/train").resolve(i < 3 ? "dark" : "light").resolve(i + ".png"),
          TestDatasets.png(6, images[i]));
    }
    ImageDataset data =
        TestDatasets.prepare(directory.resolve("raw"), directory.resolve("dataset"));
    assertThat(data.manifest().shape()).isEqualTo(new ImageShape(4, 6, 1));
    Model model = TestModels.renamed(TestModels.brightnessOfAnySize(), List.of("dark", "light"));
    EvaluateReport report =
        new Evaluator(TestSpark.session(), BatchSize.of(2)).run(model, data, Split.TEST);
    assertThat(report.accuracy()).isEqualTo(1);
    assertThat(report.confusion()).containsExactly(List.of(3L, 0L), List.of(0L, 1L));
    assertThat(report.loss())
        .isCloseTo((3 * Math.log1p(Math.exp(-4)) + Math.log(2)) / 4, within(1e-6));
  }

  @Test
  void aNetworkForAnySizeRefusesImagesThatAreTooSmallOrOfOtherChannels() {
    Model model = TestModels.brightnessOfAnySize();
    Evaluator evaluator = new Evaluator(TestSpark.session(), BatchSize.of(2));
    ImageDataset small =
        TestDatasets.manifestOnly(
            directory.resolve("small"), new ImageShape(1, 9, 1), TestModels.LABELS, "print");
    assertThatThrownBy(() -> evaluator.run(model, small, Split.TRAIN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "Cannot evaluate the model on "
                + small.directory()
                + ": image shape: Cannot use network brightness on 1×9×1 images with 2 labels: "
                + "pool1: cannot take 1×9×1: its size 2×2 is larger than its input (1×9)");
    ImageDataset colour =
        TestDatasets.manifestOnly(
            directory.resolve("colour"), new ImageShape(7, 9, 3), TestModels.LABELS, "print");
    assertThatThrownBy(() -> evaluator.run(model, colour, Split.TRAIN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot evaluate the model on "
                + colour.directory()
                + ": image shape: the model takes images of any size with 1 channel and the dataset has 7×9×3 (prepare it"
                + " with --size 7x9 --channels 1)");
  }

  @Test
  void anotherShapeAndOtherLabelsAreNamedTogether() {
    ImageDataset data =
        TestDatasets.manifestOnly(
            directory.resolve("colour"),
            new ImageShape(3, 5, 3),
            List.of("cat", "dog", "owl"),
            "print");
    assertThatThrownBy(() -> evaluate(data, Split.TRAIN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot evaluate the model on " + data.directory() + ": 2 problems",
                "  image shape: the model takes "
                    + TestModels.GREY
                    + " images and the dataset has "
                    + new ImageShape(3, 5, 3)
                    + " (prepare it with --size 2x2 --channels 1)",
                "  labels: the model knows dark, bright and the dataset has cat, dog, owl"));
  }

  @Test
  void theSameLabelsInAnotherOrderAreRefused() {
    ImageDataset data =
        TestDatasets.manifestOnly(
            directory.resolve("turned"), TestModels.GREY, List.of("bright", "dark"), "print");
    assertThatThrownBy(() -> evaluate(data, Split.TRAIN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot evaluate the model on "
                + data.directory()
                + ": labels: the model knows dark, bright and the dataset has bright, dark");
  }

  @Test
  void anEmptySplitIsRefusedNamingTheOthers() {
    ImageDataset data =
        TestDatasets.manifestOnly(
            directory.resolve("data"), TestModels.GREY, TestModels.LABELS, "print");
    assertThatThrownBy(() -> evaluate(data, Split.TEST))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot read the test split of "
                + data.directory()
                + ": it has no examples (this dataset has train 10)");
  }
}
