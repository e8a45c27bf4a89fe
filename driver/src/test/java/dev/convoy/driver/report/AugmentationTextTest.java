package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Border;
import dev.convoy.data.augment.FlipRule;
import dev.convoy.data.io.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The line that tells how images are changed. */
class AugmentationTextTest {
  private static final Augmentation ALL =
      new Augmentation(2, 0.5)
          .with(Border.REFLECT)
          .withFlip(0.5, FlipRule.ALTERNATING)
          .with(new Augmentation.Affine(0.8, 1.25, 15))
          .with(new Augmentation.Colour(0.4, 0.3, 0.2))
          .with(new Augmentation.Erasing(0.25, 0.02, 0.4, 0.3, 3))
          .with(new Augmentation.Mixing(0.2, 1));

  @Test
  void augmentationIsToldAsFarAsThereIsSome() {
    assertThat(AugmentationText.describe(Augmentation.none())).isEmpty();
    assertThat(AugmentationText.describe(new Augmentation(4, 0.5)))
        .isEqualTo("every image is moved by up to 4 pixels, 50 % of the images are mirrored");
    assertThat(AugmentationText.describe(new Augmentation(1, 0)))
        .isEqualTo("every image is moved by up to 1 pixel");
    assertThat(AugmentationText.describe(new Augmentation(0, 1)))
        .isEqualTo("100 % of the images are mirrored");
  }

  @Test
  void storedPlansAreToldOfEveryVersion() {
    assertThat(AugmentationText.ofPlan(Json.readTree("{}", "a plan"))).isEmpty();
    assertThat(ofPlan("{\"crop\":0,\"flip\":0}")).isEmpty();
    assertThat(ofPlan("{\"crop\":1,\"flip\":0}")).hasValue("every image is moved by up to 1 pixel");
    assertThat(ofPlan(Json.line(ALL))).hasValue(AugmentationText.describe(ALL));
    assertThat(ofPlan("{\"crop\":1,\"hue\":0.1}")).hasValue("{\"crop\":1,\"hue\":0.1}");
  }

  private static Optional<String> ofPlan(String augmentation) {
    return AugmentationText.ofPlan(
        Json.readTree("{\"augmentation\":" + augmentation + "}", "a plan"));
  }

  @Test
  void everyChangeIsTold() {
    assertThat(AugmentationText.describe(ALL))
        .isEqualTo(
            "images are scaled by 0.800 to 1.25, rotated by up to 15.0 degrees, every image is"
                + " moved by up to 2 pixels, every image is mirrored in every second epoch, with a"
                + " reflected border, brightness × 0.600 to 1.40, contrast × 0.700 to 1.30,"
                + " saturation × 0.800 to 1.20, 25 % lose a rectangle of 2.0 % to 40 %, minibatches"
                + " are mixed by mixup 0.200 or cutmix 1.00 (the training loss is that of the mixed"
                + " labels)");
  }
}
