package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets of images of which padding or a background is visible. */
@Tag("slow")
class BackgroundPreparationTest {
  private static final Normalisation.Kind UNIT = Normalisation.Kind.UNIT;

  @TempDir Path directory;

  @Test
  void imagesThatAreStripsBesideTheirPaddingAreTold() {
    Preparation preparation = Preparation.in(directory);
    put(preparation.input(), "cat/wide.png", png(grey(300, new int[10 * 300])));
    put(preparation.input(), "cat/square.png", png(grey(90, new int[90 * 90])));
    put(preparation.input(), "dog/tall.png", png(grey(10, new int[100 * 10])));
    put(preparation.input(), "dog/four.png", png(grey(10, new int[80 * 10])));
    PreparePlan.Builder plan =
        preparation.plan().validation(0).size(new ImageSize(32, 32)).normalisation(UNIT);
    assertThat(preparation.run(plan).warnings())
        .containsExactly(
            "2 images become strips of at most 3 pixels with padding beside it: cat/wide.png"
                + " (10×300), dog/tall.png (100×10) (leave such images out, or --fit crop shows the"
                + " middle of each)");
    Preparation cropped = preparation.into(directory.resolve("cropped"));
    assertThat(
            cropped
                .run(
                    cropped
                        .plan()
                        .validation(0)
                        .size(new ImageSize(32, 32))
                        .normalisation(UNIT)
                        .fit(Fit.CROP))
                .warnings())
        .isEmpty();
  }

  @Test
  void transparentImagesAreToldUnlessTheirBackgroundWasChosen() {
    Preparation preparation = Preparation.in(directory);
    put(preparation.input(), "cat/opaque.png", png(grey(2, 1, 2, 3, 4)));
    put(
        preparation.input(),
        "dog/clear.png",
        png(new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB)));
    PreparePlan.Builder plan = preparation.plan().validation(0).channels(3);
    PrepareReport byDefault = preparation.run(plan);
    assertThat(byDefault.manifest().plan().path("background").asText()).isEqualTo("black");
    assertThat(byDefault.warnings())
        .contains(
            "1 image has transparent pixels, and was drawn on black: dog/clear.png (--background"
                + " takes black, white, mean, refuse or a colour such as #c0ffee)");
    PrepareReport onWhite =
        preparation
            .into(directory.resolve("white"))
            .run(
                PreparePlan.from(preparation.input().toString(), directory + "/white")
                    .validation(0)
                    .channels(3)
                    .background(Optional.of(Background.WHITE)));
    assertThat(onWhite.manifest().plan().path("background").asText()).isEqualTo("white");
    assertThat(onWhite.warnings()).noneMatch(warning -> warning.contains("transparent"));
    assertThat(Preparation.rows(onWhite, Split.TRAIN))
        .filteredOn(row -> row.getAs("id").equals("dog/clear.png"))
        .singleElement()
        .satisfies(row -> assertThat(row.<byte[]>getAs("image")).containsOnly(255));
    PrepareReport refused =
        preparation
            .into(directory.resolve("refused"))
            .run(
                PreparePlan.from(preparation.input().toString(), directory + "/refused")
                    .validation(0)
                    .onBad(OnBad.REJECT)
                    .background(Optional.of(Background.REFUSE)));
    assertThat(refused.manifest().rejected()).isEqualTo(1);
    assertThat(refused.manifest().examples()).isEqualTo(1);
  }
}
