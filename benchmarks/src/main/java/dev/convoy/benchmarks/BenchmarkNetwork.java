package dev.convoy.benchmarks;

import dev.convoy.data.ImageShape;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** A network that every contender can build. */
enum BenchmarkNetwork {
  /** Two convolutions and a hidden layer, as in {@code conf/networks/lenet.conf}. */
  LENET("lenet", new ImageShape(28, 28, 1), 10, 857_738, PlainNetworks::lenet);

  private final String key;
  private final ImageShape input;
  private final int labels;
  private final long parameters;
  private final Function<Workload, ComputationGraphConfiguration> plain;

  BenchmarkNetwork(
      String key,
      ImageShape input,
      int labels,
      long parameters,
      Function<Workload, ComputationGraphConfiguration> plain) {
    this.key = key;
    this.input = input;
    this.labels = labels;
    this.parameters = parameters;
    this.plain = plain;
  }

  /** Its name on the command line, here and in Convoy. */
  String key() {
    return key;
  }

  ImageShape input() {
    return input;
  }

  int labels() {
    return labels;
  }

  /** What every contender must have built. */
  long parameters() {
    return parameters;
  }

  /** The network in DL4J as it is, without any code of Convoy. */
  ComputationGraphConfiguration plain(Workload workload) {
    return plain.apply(workload);
  }

  @Override
  public String toString() {
    return key;
  }
}
