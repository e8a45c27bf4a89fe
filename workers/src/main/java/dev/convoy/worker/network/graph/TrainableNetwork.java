package dev.convoy.worker.network.graph;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.layer.ChannelsLast;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.program.Programs;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network as DL4J runs it, with its learning rate and flat parameters at hand. It belongs to the
 * thread that built it, and is closed on it.
 */
public final class TrainableNetwork implements AutoCloseable {
  private final Network network;
  private final ComputationGraph graph;
  private final StepLearningRate learningRate;
  private final Optional<Engine> engine;
  private final Optional<Programs> programs;

  /** Null until the first step. */
  private Optional<ParameterStep> step;

  TrainableNetwork(
      Network network,
      ComputationGraph graph,
      StepLearningRate learningRate,
      Optional<Engine> engine) {
    this.engine = engine;
    this.network = network;
    this.graph = graph;
    this.learningRate = learningRate;
    this.programs =
        engine
            .filter(open -> Programs.whyNot(network).isEmpty())
            .map(open -> new Programs(open, network, addresses()));
  }

  /** Where each parameter tensor lies, for as long as the network lives. */
  private Programs.Stored addresses() {
    Map<String, Map<String, Long>> addresses = new HashMap<>();
    long start = graph.params().data().address();
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

  public ComputationGraph graph() {
    return graph;
  }

  /** Whether layers compute with oneDNN, on channels-last memory. */
  public boolean isNative() {
    return engine.isPresent();
  }

  /** Sets the learning rate of the next step. */
  public void learningRate(double rate) {
    learningRate.set(rate);
  }

  /**
   * Takes one step on a minibatch, as DL4J's {@code fit} takes it, to the bit.
   *
   * @param features images
   * @param labels to train against {@code (n, labels)}
   * @return the loss before the step, the mean over the minibatch, with the term of l2
   */
  public double fit(INDArray features, INDArray labels) {
    programs.ifPresent(Programs::changed);
    if (step == null) {
      step = ParameterStep.of(graph);
    }
    if (step.isEmpty()) {
      graph.fit(new INDArray[] {features}, new INDArray[] {labels});
      return graph.score();
    }
    graph.setInputs(features);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    for (TrainingListener listener : graph.getListeners()) {
      listener.onGradientCalculation(graph);
    }
    step.get().take(graph, Math.toIntExact(features.size(0)));
    int iteration = graph.getConfiguration().getIterationCount();
    graph.getConfiguration().setIterationCount(iteration + 1);
    return graph.score();
  }

  /**
   * Has batch normalisation measure a minibatch, in a forward and a backward pass without a step.
   *
   * @param features images
   * @param labels to train against {@code (n, labels)}
   * @return flat like the parameters, of which only the means and variances of batch normalisation
   *     that is not frozen have a meaning: those of the minibatch
   */
  public float[] measure(INDArray features, INDArray labels) {
    programs.ifPresent(Programs::changed);
    graph.setInputs(features);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    float[] running = parameters();
    float[] measured = toArray(graph.getFlattenedGradients());
    // DL4J has (running − measured)·(1 − decay) in the place of their gradient.
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization norm) {
        float share = (float) (1 - norm.getDecay());
        for (TensorSpec tensor : statisticsOf(norm.getLayerName())) {
          int from = Math.toIntExact(tensor.offset());
          for (int i = from; i < from + tensor.length(); i++) {
            measured[i] = running[i] - measured[i] / share;
          }
        }
      }
    }
    return measured;
  }

  private List<TensorSpec> statisticsOf(String layer) {
    return tensors().stream()
        .filter(tensor -> tensor.isStatistic() && tensor.layer().equals(layer))
        .toList();
  }

  /** A copy of all parameters, flat, in the order of {@link #tensors}. */
  public float[] parameters() {
    return toArray(graph.params());
  }

  /**
   * Sets all parameters.
   *
   * @param values flat, as many as there are
   */
  public void parameters(float[] values) {
    copyInto(values, graph.params());
    programs.ifPresent(Programs::changed);
  }

  /**
   * Scores a batch by the parameters that were set or trained last.
   *
   * @param features images {@code (n, channels, height, width)}, of any size that the network
   *     accepts
   * @return probabilities, row-major {@code (n, labels)}
   */
  public float[] probabilities(INDArray features) {
    if (programs.isEmpty()) {
      return toArray(graph.outputSingle(features).dup('c'));
    }
    ImageShape shape =
        new ImageShape((int) features.size(2), (int) features.size(3), (int) features.size(1));
    INDArray pixels =
        ChannelsLast.isChannelsLast(features) ? features : features.permute(0, 2, 3, 1).dup('c');
    float[] probabilities =
        programs
            .get()
            .probabilities(
                shape,
                Math.toIntExact(features.size(0)),
                pixels.data().address() + Float.BYTES * pixels.offset());
    Reference.reachabilityFence(pixels);
    return probabilities;
  }

  /** A copy of the updater's state (momenta, moments), flat; empty for plain SGD. */
  public float[] updaterState() {
    INDArray state = graph.getUpdater().getStateViewArray();
    return state == null ? new float[0] : toArray(state);
  }

  /**
   * Sets the updater's state.
   *
   * @param values flat; empty means that nothing was accumulated yet
   */
  public void updaterState(float[] values) {
    INDArray state = graph.getUpdater().getStateViewArray();
    if (values.length > 0) {
      copyInto(values, state);
    } else if (state != null) {
      state.assign(0);
    }
  }

  /** Where each parameter tensor lies in the flat parameters, in their order. */
  public List<TensorSpec> tensors() {
    List<TensorSpec> tensors = new ArrayList<>();
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      for (Map.Entry<String, INDArray> entry : layer.paramTable().entrySet()) {
        INDArray tensor = entry.getValue();
        List<Long> shape = new ArrayList<>();
        for (long size : tensor.shape()) {
          shape.add(size);
        }
        tensors.add(
            new TensorSpec(
                layer.conf().getLayer().getLayerName(),
                entry.getKey(),
                shape,
                String.valueOf(tensor.ordering()),
                tensor.offset()));
      }
    }
    tensors.sort(java.util.Comparator.comparingLong(TensorSpec::offset));
    return tensors;
  }

  /**
   * The tensors that follow their gradient: not those of frozen layers, and not the statistics of
   * batch normalisation, in whose place DL4J's flat gradient holds their change.
   */
  public List<TensorSpec> trainedTensors() {
    return tensors().stream()
        .filter(tensor -> !tensor.isStatistic())
        .filter(tensor -> !network.frozen().contains(tensor.layer()))
        .toList();
  }

  /**
   * Frees what its kernels hold, its parameters, gradients and updater state, on its thread: it
   * must not be used again. DL4J's own {@code close} knows no kernels, and collects the whole heap.
   */
  @Override
  public void close() {
    engine.ifPresent(Engine::close);
    close(graph.params());
    close(graph.getGradientsViewArray());
    Updater updater = graph.getUpdater(false);
    close(updater == null ? null : updater.getStateViewArray());
  }

  private static void close(INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  private static float[] toArray(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    ((FloatPointer) array.data().pointer()).get(values);
    return values;
  }

  private static void copyInto(float[] values, INDArray array) {
    long length = array == null ? 0 : array.length();
    if (values.length != length) {
      throw new IllegalArgumentException(values.length + " values for an array of " + length);
    }
    ((FloatPointer) array.data().pointer()).put(values);
  }
}
