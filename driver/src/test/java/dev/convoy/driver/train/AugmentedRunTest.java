package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Border;
import dev.convoy.data.augment.FlipRule;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.worker.network.Optimizer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on augmented images, with dropout beside it, two task slots, real Spark. */
@Tag("slow")
class AugmentedRunTest {
  private static final int LABELS = 3;
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);

  private static final TrainPlan PLAIN =
      Plans.of(
          TestModels.network(
              SHAPE,
              LABELS,
              "{ conv { maps = 3, kernel = 3, padding = same, activation = relu } }",
              "{ dropout { rate = 0.3 } }"));

  private static final TrainPlan AUGMENTED = Plans.augmented(PLAIN, new Augmentation(1, 0.5));

  private static final TrainPlan ALL =
      Plans.augmented(
          PLAIN,
          new Augmentation(1, 0.5)
              .with(Border.REFLECT)
              .withFlip(0.5, FlipRule.ALTERNATING)
              .with(new Augmentation.Affine(0.8, 1.2, 10))
              .with(new Augmentation.Colour(0.2, 0.2, 0))
              .with(new Augmentation.Erasing(0.5, 0.1, 0.3, 0.5, 2))
              .with(new Augmentation.Mixing(0.2, 1)));

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, 31, 1).write(shared.resolve("raw"), "train");
    Images.random(SHAPE.width(), LABELS, 9, 2).write(shared.resolve("raw"), "validation");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  private TrainReport train(TrainPlan plan, String name) {
    return Runs.train(plan, data, directory.resolve(name));
  }

  @Test
  void theSamePlanGivesTheSameBitsAndAnotherSeedDoesNot() {
    TrainReport one = train(AUGMENTED, "one");
    TrainReport two = train(AUGMENTED, "two");
    assertThat(two.parametersSha256()).isEqualTo(one.parametersSha256());
    assertThat(two.loss()).isEqualTo(one.loss());
    assertThat(two.validationLoss()).isEqualTo(one.validationLoss());
    assertThat(train(PLAIN, "plain").parametersSha256()).isNotEqualTo(one.parametersSha256());
    assertThat(train(Plans.seed(AUGMENTED, 2), "other").parametersSha256())
        .isNotEqualTo(one.parametersSha256());
  }

  /** A run of one epoch that is extended has the bits of a run of two. */
  @Test
  void withAllChangesAResumedRunHasTheSameBits() {
    TrainReport whole = train(ALL, "whole");
    train(Plans.epochs(ALL, 1), "resumed");
    assertThat(train(ALL, "resumed").parametersSha256()).isEqualTo(whole.parametersSha256());
    assertThat(whole.parametersSha256())
        .isNotEqualTo(train(AUGMENTED, "augmented").parametersSha256());
  }

  /** Steps that are too short to move a float: only what the losses are taken on can differ. */
  @Test
  void validationSeesTheImagesAsTheyAre() {
    LearningRateSchedule none = LearningRateSchedule.constant(1e-30);
    TrainReport plain = train(Plans.steps(PLAIN, none, Optimizer.sgd()), "plain");
    TrainReport augmented = train(Plans.steps(AUGMENTED, none, Optimizer.sgd()), "augmented");
    assertThat(augmented.validationLoss()).isEqualTo(plain.validationLoss());
    assertThat(augmented.loss()).isNotEqualTo(plain.loss());
  }
}
