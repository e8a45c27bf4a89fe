package dev.convoy.worker.graph;

import dev.convoy.worker.engine.layer.BatchProbabilities;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.network.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A DL4J graph with access to its flat parameters: one built from a definition ({@link
 * TrainableNetwork}), or one that its user has configured in DL4J ({@link Dl4jGraphBuilder}). It
 * belongs to the thread that built it, and is closed on it.
 */
public sealed class TrainableGraph implements AutoCloseable permits TrainableNetwork {
  private final ComputationGraph graph;
  private final Optional<Engine> engine;

  public TrainableGraph(ComputationGraph graph, Optional<Engine> engine) {
    this.graph = graph;
    this.engine = engine;
  }

  public final ComputationGraph graph() {
    return graph;
  }

  /** Returns whether layers compute with oneDNN, on channels-last memory. */
  public final boolean isNative() {
    return engine.isPresent();
  }

  final Optional<Engine> engine() {
    return engine;
  }

  /** Called before parameters change. */
  void beforeParametersChange() {}

  /**
   * Sets the numbers of completed steps and epochs, which updaters and schedules depend on.
   *
   * @param steps local steps since the updater's state was reset
   */
  public final void setCounters(long steps, int epochs) {
    int iteration = Math.toIntExact(steps);
    graph.getConfiguration().setIterationCount(iteration);
    graph.getConfiguration().setEpochCount(epochs);
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      layer.setIterationCount(iteration);
      layer.setEpochCount(epochs);
    }
  }

  /**
   * Returns the probabilities of the last training minibatch before its step, row-major {@code (n,
   * labels)}; empty if the output layer does not keep them, as DL4J's own does not.
   */
  public final Optional<float[]> lastProbabilities() {
    return graph.getOutputLayer(0) instanceof BatchProbabilities output
        ? Optional.of(output.lastProbabilities())
        : Optional.empty();
  }

  /** Prepares training: allocates gradients and updater state, unless the graph has them. */
  public final GraphTraining training() {
    return new GraphTraining(this);
  }

  /**
   * Measures the batch normalisation statistics of a minibatch, in a forward and a backward pass
   * without a step.
   *
   * @param features images
   * @param labels targets {@code (n, labels)}
   * @return values in the layout of the flat parameters; only the means and variances of batch
   *     normalisation that is not frozen are meaningful, and they are those of the minibatch
   */
  public final float[] measure(INDArray features, INDArray labels) {
    float[] running = parameters();
    float[] batch = gradient(features, labels);
    // DL4J's gradient of a statistic is (running − batch)·(1 − decay).
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization norm) {
        float share = (float) (1 - norm.getDecay());
        for (TensorSpec tensor : statisticsOf(norm.getLayerName())) {
          int from = Math.toIntExact(tensor.offset());
          for (int i = from; i < from + tensor.length(); i++) {
            batch[i] = running[i] - batch[i] / share;
          }
        }
      }
    }
    return batch;
  }

  /**
   * Computes the gradient of a minibatch, without a step.
   *
   * @param features images
   * @param labels targets {@code (n, labels)}
   * @return the gradient of the sum of the losses of the examples, without the l2 term, in the
   *     layout of the flat parameters; its values for statistics of batch normalisation have no
   *     meaning
   */
  public final float[] gradient(INDArray features, INDArray labels) {
    beforeParametersChange();
    graph.setInputs(features);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    return toArray(graph.getFlattenedGradients());
  }

  private List<TensorSpec> statisticsOf(String layer) {
    return tensors().stream()
        .filter(tensor -> tensor.isStatistic() && tensor.layer().equals(layer))
        .toList();
  }

  /** Returns a copy of all parameters, flat, in the order of {@link #tensors}. */
  public final float[] parameters() {
    return copyParameters(new float[0]);
  }

  /**
   * Copies all parameters into an array.
   *
   * @param reused overwritten and returned if it has their number; otherwise a new array is
   *     returned
   */
  public final float[] copyParameters(float[] reused) {
    return toArray(graph.params(), reused);
  }

  /**
   * Sets all parameters.
   *
   * @param values all parameters, flat, in the order of {@link #tensors}
   */
  public final void parameters(float[] values) {
    beforeParametersChange();
    copyInto(values, graph.params());
  }

  /** Returns a copy of the updater's state (momenta, moments), flat; empty for plain SGD. */
  public final float[] updaterState() {
    return copyUpdaterState(new float[0]);
  }

  /**
   * Copies the updater's state into an array.
   *
   * @param reused overwritten and returned if it has the state's length; otherwise a new array is
   *     returned
   */
  public final float[] copyUpdaterState(float[] reused) {
    INDArray state = graph.getUpdater().getStateViewArray();
    return state == null ? new float[0] : toArray(state, reused);
  }

  /**
   * Sets the updater's state.
   *
   * @param values flat; empty resets the state to zero
   */
  public final void updaterState(float[] values) {
    INDArray state = graph.getUpdater().getStateViewArray();
    if (values.length > 0) {
      copyInto(values, state);
    } else if (state != null) {
      state.assign(0);
    }
  }

  /** Returns the position of each parameter tensor in the flat parameters, in their order. */
  public final List<TensorSpec> tensors() {
    List<TensorSpec> tensors = new ArrayList<>();
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      for (Map.Entry<String, INDArray> entry : layer.paramTable().entrySet()) {
        tensors.add(
            specOf(layer.conf().getLayer().getLayerName(), entry.getKey(), entry.getValue()));
      }
    }
    tensors.sort(Comparator.comparingLong(TensorSpec::offset));
    return tensors;
  }

  /** Returns the position and shape of a tensor that is a view of flat parameters. */
  public static TensorSpec specOf(String layer, String parameter, INDArray tensor) {
    return new TensorSpec(
        layer,
        parameter,
        Arrays.stream(tensor.shape()).boxed().toList(),
        String.valueOf(tensor.ordering()),
        tensor.offset());
  }

  /**
   * Frees the kernels, parameters, gradients and updater state. It must be called on the graph's
   * thread. DL4J's own {@code close} does not free kernels, and runs a full garbage collection.
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

  public static float[] toArray(INDArray array) {
    return toArray(array, new float[0]);
  }

  /** Copies the values into an array, or into a new one if that has another length. */
  private static float[] toArray(INDArray array, float[] reused) {
    int length = Math.toIntExact(array.length());
    float[] values = reused.length == length ? reused : new float[length];
    ((FloatPointer) array.data().pointer()).get(values);
    return values;
  }

  public static void copyInto(float[] values, INDArray array) {
    long length = array == null ? 0 : array.length();
    if (values.length != length) {
      throw new IllegalArgumentException(values.length + " values for an array of " + length);
    }
    if (length == 0) {
      return; // A network without stored values has no array.
    }
    ((FloatPointer) array.data().pointer()).put(values);
  }
}
