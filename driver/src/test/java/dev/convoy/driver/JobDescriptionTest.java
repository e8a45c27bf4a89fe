package dev.convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;

class JobDescriptionTest {
  private static final SparkContext SPARK = TestSpark.session().sparkContext();

  private static String now() {
    return SPARK.getLocalProperty("spark.job.description");
  }

  @Test
  void jobsAreDescribedByTheCommandAndWhatTheyAreForAndThenAsBefore() {
    String inside =
        JobDescription.runCommand(
            SPARK,
            "train",
            () -> {
              String round =
                  JobDescription.within(SPARK, "epoch 2, round 17", JobDescriptionTest::now);
              return round + "; " + now();
            });
    assertThat(inside).isEqualTo("convoy train: epoch 2, round 17; convoy train");
    assertThat(now()).isNull();
    assertThat(JobDescription.within(SPARK, "epoch 1, round 1", JobDescriptionTest::now))
        .isEqualTo("Convoy: epoch 1, round 1");
  }

  @Test
  void aFailureLeavesTheDescriptionOfBefore() {
    assertThatThrownBy(
            () ->
                JobDescription.within(
                    SPARK,
                    "x",
                    () -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(now()).isNull();
  }
}
