package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.DoubleNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.Training;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradient {@code g} of the training loss {@code L} of a network in double precision against
 * central differences: along random directions {@code r} of each stored tensor and of the input,
 * {@code (L(v + h·r) − L(v − h·r)) / 2h = g·r}.
 *
 * <p>Labels are soft, as label smoothing makes them. Dropout draws the same values in every pass.
 */
final class Gradients {
  private static final double STEP = 1e-6;
  private static final int DIRECTIONS = 2;
  private static final int IMAGES = 3;
  private static final long SEED = 5;

  private final TrainableNetwork trainable;
  private final ComputationGraph graph;
  private final INDArray features;
  private final INDArray labels;
  private final Random random;

  Gradients(Network network, long seed) {
    trainable = DoubleNetworks.build(network, Optimizer.sgd(), 1);
    graph = trainable.graph();
    random = new Random(seed);
    for (TensorSpec tensor : trainable.tensors()) {
      for (long i = tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        double value = 0.5 * random.nextGaussian();
        value = tensor.parameter().equals("var") ? 0.5 + Math.abs(value) : value;
        graph.params().putScalar(i, tensor.parameter().equals("gamma") ? 1 + value : value);
      }
    }
    ImageShape images = network.input();
    features =
        Maps.array(
            Maps.random(IMAGES, images.channels(), images.height(), images.width(), seed),
            DataType.DOUBLE);
    labels = Nd4j.create(DataType.DOUBLE, IMAGES, network.labels());
    for (int n = 0; n < IMAGES; n++) {
      for (int label = 0; label < network.labels(); label++) {
        double smooth = 0.1 / network.labels();
        labels.putScalar(n, label, label == n % network.labels() ? 0.9 + smooth : smooth);
      }
    }
  }

  /** Checks everything; returns how many directions were compared. */
  int check() {
    INDArray gradient = gradient(graph);
    int compared = 0;
    for (TensorSpec tensor : trainable.tensors()) {
      boolean frozen = trainable.network().frozen().contains(tensor.layer());
      if (!tensor.isStatistic() && !(frozen && tensor.parameter().matches("gamma|beta"))) {
        compare(
            graph.params(),
            tensor.offset(),
            tensor.offset() + tensor.length(),
            gradient,
            l2(tensor),
            tensor.layer() + "/" + tensor.parameter());
        compared += DIRECTIONS;
      }
    }
    compare(features, 0, features.length(), inputGradient(), 0, "input");
    return compared + DIRECTIONS;
  }

  /** The coefficient of ½·|w|² in the loss, which is added to the gradient in the step. */
  private double l2(TensorSpec tensor) {
    boolean weights = tensor.parameter().matches("p?W");
    Leaf leaf = trainable.network().node(tensor.layer()).orElseThrow().leaf().orElseThrow();
    return weights ? leaf.trainedBy().flatMap(Training::ownL2).orElse(0.0) : 0;
  }

  private void compare(
      INDArray values, long first, long end, INDArray gradient, double l2, String what) {
    double[] start = new double[(int) (end - first)];
    for (int k = 0; k < start.length; k++) {
      start[k] = values.getDouble(first + k);
    }
    for (int direction = 0; direction < DIRECTIONS; direction++) {
      double[] towards = random.doubles(start.length, -1, 1).toArray();
      double slope = 0;
      double longest = 0;
      for (int k = 0; k < start.length; k++) {
        slope += towards[k] * (gradient.getDouble(first + k) + l2 * start[k]);
        longest += Math.abs(gradient.getDouble(first + k));
      }
      assertThat(longest).as(what).isFinite();
      double difference =
          (lossAt(values, first, start, towards, STEP)
                  - lossAt(values, first, start, towards, -STEP))
              / (2 * STEP);
      move(values, first, start, towards, 0);
      assertThat(slope)
          .as("along direction %d of %s", direction, what)
          .isCloseTo(difference, within(1e-7 + 1e-6 * longest));
    }
  }

  private double lossAt(
      INDArray values, long first, double[] start, double[] towards, double step) {
    move(values, first, start, towards, step);
    return loss();
  }

  private static void move(
      INDArray values, long first, double[] start, double[] towards, double step) {
    for (int k = 0; k < start.length; k++) {
      values.putScalar(first + k, start[k] + step * towards[k]);
    }
  }

  private double loss() {
    Nd4j.getRandom().setSeed(SEED);
    return graph.score(new DataSet(features, labels), true);
  }

  private static void pass(ComputationGraph graph, INDArray features, INDArray labels) {
    Nd4j.getRandom().setSeed(SEED);
    graph.setInput(0, features);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
  }

  /** Of the mean loss, flat. */
  private INDArray gradient(ComputationGraph of) {
    pass(of, features.castTo(of.params().dataType()), labels.castTo(of.params().dataType()));
    return of.getFlattenedGradients().dup().divi(IMAGES);
  }

  /** Of the mean loss; without workspaces, in which it would be gone after the pass. */
  private INDArray inputGradient() {
    INDArray with = gradient(graph);
    INDArray[] input = new INDArray[1];
    graph.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model model) {
            input[0] =
                ((ComputationGraph) model).getVertices()[0].getEpsilon().dup('c').divi(IMAGES);
          }
        });
    graph.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.NONE);
    graph.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.NONE);
    INDArray without = gradient(graph);
    assertThat(without).isEqualTo(with);
    graph.setListeners();
    graph.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
    graph.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
    return input[0];
  }

  /** Checks the gradient in single precision, on the kernels of this machine, against this one. */
  void checkKernels() {
    TrainableNetwork single = GraphBuilder.build(trainable.network(), Optimizer.sgd(), 1);
    single.graph().setParams(graph.params().castTo(DataType.FLOAT));
    double[] expected = gradient(graph).data().asDouble();
    double[] actual = gradient(single.graph()).castTo(DataType.DOUBLE).data().asDouble();
    for (TensorSpec tensor : trainable.tensors()) {
      double largest = 0;
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        assertThat(actual[i])
            .as("%s/%s, value %d", tensor.layer(), tensor.parameter(), i)
            .isCloseTo(expected[i], within(1e-6 + 2e-4 * largest));
      }
    }
  }
}
