package dev.convoy.driver.train.rounds;

import dev.convoy.worker.averaging.PooledVariances.Statistics;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.BatchNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the statistics of batch normalisation among the tensors of a network. */
public final class BatchNormStatistics {
  private static final String MEAN = BatchNorm.MEAN.parameter();
  private static final String VARIANCE = BatchNorm.VARIANCE.parameter();

  private BatchNormStatistics() {}

  /**
   * Returns the means and variances of each layer, in the order of the tensors.
   *
   * @param frozen layers whose statistics do not change
   */
  public static List<Statistics> find(List<TensorSpec> tensors, List<String> frozen) {
    Map<String, TensorSpec> variances =
        tensors.stream()
            .filter(tensor -> tensor.parameter().equals(VARIANCE))
            .filter(tensor -> !frozen.contains(tensor.layer()))
            .collect(Collectors.toMap(TensorSpec::layer, Function.identity()));
    List<Statistics> statistics = new ArrayList<>();
    for (TensorSpec mean : tensors) {
      TensorSpec variance = variances.get(mean.layer());
      if (mean.parameter().equals(MEAN) && variance != null) {
        statistics.add(
            new Statistics(
                Math.toIntExact(mean.offset()),
                Math.toIntExact(variance.offset()),
                Math.toIntExact(mean.length())));
      }
    }
    return statistics;
  }
}
