package dev.convoy.worker.graph;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.layer.ChannelsLast;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.program.Programs;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The graph of a network definition, with an adjustable learning rate, and with programs that score
 * without DL4J where the network supports them.
 */
public final class TrainableNetwork extends TrainableGraph {
  private final Network network;
  private final StepLearningRate learningRate;
  private final Optional<Programs> programs;

  TrainableNetwork(
      Network network,
      ComputationGraph graph,
      StepLearningRate learningRate,
      Optional<Engine> engine,
      Arithmetic scoring) {
    super(graph, engine);
    this.network = network;
    this.learningRate = learningRate;
    this.programs =
        engine
            .filter(open -> Programs.whyUnsupported(network).isEmpty())
            .map(open -> new Programs(open, network, addresses(), scoring));
    Programs.whyNotIn(network, scoring.precision())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "Cannot score " + network.name() + " in " + scoring.precision() + ": " + reason);
            });
  }

  /** Returns the native address of each parameter tensor, valid until the network is closed. */
  private Programs.Stored addresses() {
    Map<String, Map<String, Long>> addresses = new HashMap<>();
    if (network.parameters() == 0) {
      return (layer, parameter) -> {
        throw new IllegalArgumentException(layer + " has no " + parameter);
      };
    }
    long start = graph().params().data().address();
    for (TensorSpec tensor : tensors()) {
      addresses
          .computeIfAbsent(tensor.layer(), layer -> new HashMap<>())
          .put(tensor.parameter(), start + Float.BYTES * tensor.offset());
    }
    return (layer, parameter) -> addresses.get(layer).get(parameter);
  }

  public Network network() {
    return network;
  }

  @Override
  void beforeParametersChange() {
    programs.ifPresent(Programs::parametersChanged);
  }

  /** Sets the learning rate of the next step. */
  public void learningRate(double rate) {
    learningRate.set(rate);
  }

  /**
   * Computes the output of the network for a batch, with the current parameters.
   *
   * @param features images {@code (n, channels, height, width)}, of any size that the network
   *     accepts
   * @return if the last layer is an output layer, probabilities, row-major {@code (n, labels)};
   *     else its values, {@code (n, maps, height, width)}
   */
  public float[] outputs(INDArray features) {
    return programs.isEmpty()
        ? toArray(graph().outputSingle(features).dup('c'))
        : run(features, programs.get()::outputs);
  }

  /**
   * Computes the ranges of the values of all layers over a batch, in float32.
   *
   * @param features as for {@link #outputs}
   * @return ranges by the names that {@link Quantization} has
   * @throws IllegalStateException if the network has no programs
   */
  public Map<String, Range> ranges(INDArray features) {
    return run(
        features,
        programs.orElseThrow(() -> new IllegalStateException(network.name() + " has no programs"))
            ::ranges);
  }

  /** One of the functions of {@link Programs}. */
  private interface Pass<T> {
    T run(ImageShape shape, int n, long features);
  }

  private static <T> T run(INDArray features, Pass<T> pass) {
    ImageShape shape =
        new ImageShape((int) features.size(2), (int) features.size(3), (int) features.size(1));
    INDArray pixels =
        ChannelsLast.isChannelsLast(features) ? features : features.permute(0, 2, 3, 1).dup('c');
    T result =
        pass.run(
            shape,
            Math.toIntExact(features.size(0)),
            pixels.data().address() + Float.BYTES * pixels.offset());
    Reference.reachabilityFence(pixels);
    return result;
  }

  /**
   * Returns the tensors that are updated by their gradients: neither those of frozen layers, nor
   * the statistics of batch normalisation, whose entries in DL4J's flat gradient are changes.
   */
  public List<TensorSpec> trainedTensors() {
    return tensors().stream()
        .filter(tensor -> !tensor.isStatistic())
        .filter(tensor -> !network.frozen().contains(tensor.layer()))
        .toList();
  }
}
