package dev.convoy.driver.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.Seq;

/** Plans a {@link ScoreImages} as a {@link ScoreImagesExec}. */
final class ScoreStrategy extends SparkStrategy {
  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    return plan instanceof ScoreImages scoring
        ? Scala.seq(
            List.of(
                new ScoreImagesExec(
                    scoring.calls(), scoring.results(), planLater(scoring.child()))))
        : Scala.seq(List.of());
  }
}
