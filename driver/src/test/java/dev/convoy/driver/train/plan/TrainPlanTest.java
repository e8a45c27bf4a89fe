package dev.convoy.driver.train.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.train.Plans;
import org.junit.jupiter.api.Test;

class TrainPlanTest {
  private static final TrainPlan PLAN = Plans.of(TestModels.network(TestModels.GREY, 2));

  @Test
  void everyNumberIsAtLeastOne() {
    refused("Invalid epochs: 0 (must be at least 1)", () -> Plans.epochs(PLAN, 0));
    refused("Invalid replicas: 0 (must be at least 1)", () -> Plans.split(PLAN, 0, 1, 1));
    refused("Invalid batch: -1 (must be at least 1)", () -> Plans.split(PLAN, 1, -1, 1));
    refused("Invalid every: 0 (must be at least 1)", () -> Plans.split(PLAN, 1, 1, 0));
  }

  @Test
  void aBorderAsWideAsTheImagesIsRefused() {
    int side = TestModels.GREY.height();
    Plans.augmented(PLAN, new Augmentation(side - 1, 1));
    refused(
        "Invalid crop: "
            + side
            + " (must be less than the height and width of the images, which are "
            + TestModels.GREY
            + ")",
        () -> Plans.augmented(PLAN, new Augmentation(side, 0)));
  }

  private static void refused(String message, Runnable plan) {
    assertThatThrownBy(plan::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
