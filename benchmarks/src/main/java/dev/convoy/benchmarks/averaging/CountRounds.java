package dev.convoy.benchmarks.averaging;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;

/** dl4j-spark's own training master, which also records the end of each averaging. */
final class CountRounds extends ParameterAveragingTrainingMaster {
  private final transient List<Long> ends = new ArrayList<>();

  CountRounds(Builder builder) {
    super(builder);
  }

  /** Returns the ends of the rounds since the last call, in microseconds since 1970. */
  List<Long> endsAndReset() {
    List<Long> told = List.copyOf(ends);
    ends.clear();
    return told;
  }

  @Override
  protected void processResults(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<ParameterAveragingTrainingResult> results,
      int split,
      int splits) {
    super.processResults(network, graph, results, split, splits);
    ends.add(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }
}
