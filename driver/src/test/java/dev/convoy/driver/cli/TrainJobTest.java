package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.image.Augmentation;
import org.junit.jupiter.api.Test;

class TrainJobTest {
  @Test
  void augmentationIsToldAsFarAsThereIsSome() {
    assertThat(TrainJob.changes(new Augmentation(4, 0.5)))
        .isEqualTo("every image is moved by up to 4 pixels, 50 % of the images are mirrored");
    assertThat(TrainJob.changes(new Augmentation(1, 0)))
        .isEqualTo("every image is moved by up to 1 pixel");
    assertThat(TrainJob.changes(new Augmentation(0, 1)))
        .isEqualTo("100 % of the images are mirrored");
  }
}
