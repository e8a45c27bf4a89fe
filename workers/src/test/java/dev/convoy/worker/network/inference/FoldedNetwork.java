package dev.convoy.worker.network.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.DoubleNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.Leaf;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network with random stored values beside its inference form, both in double precision. */
final class FoldedNetwork {
  private static final int IMAGES = 3;
  private static final double RELATIVE = 1e-5;

  private final Network network;
  private final List<TensorSpec> tensors;
  private final float[] parameters;
  private final InferenceForm form;

  private FoldedNetwork(Network network, List<TensorSpec> tensors, float[] parameters) {
    this.network = network;
    this.tensors = tensors;
    this.parameters = parameters;
    this.form = InferenceForm.fold(network, tensors, parameters);
  }

  /** Scales of either sign, variances from 0.3 on, weights of unit gain: what a training leaves. */
  static FoldedNetwork of(Network network, long seed) {
    List<TensorSpec> tensors = GraphBuilder.build(network, Optimizer.sgd(), 1).tensors();
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(network.parameters())];
    for (TensorSpec tensor : tensors) {
      double outputs = tensor.shape().get(tensor.shape().size() == 2 ? 1 : 0);
      double gain = Math.sqrt(outputs / tensor.length());
      for (int i = 0; i < tensor.length(); i++) {
        double normal = random.nextGaussian();
        values[Math.toIntExact(tensor.offset()) + i] =
            (float)
                switch (tensor.parameter()) {
                  case "var" -> 0.3 + normal * normal;
                  case "gamma", "beta", "mean", "b" -> normal;
                  default -> gain * normal;
                };
      }
    }
    return new FoldedNetwork(network, tensors, values);
  }

  /** The same with one stored value set. */
  FoldedNetwork with(String layer, String parameter, int index, float value) {
    float[] others = parameters.clone();
    for (TensorSpec tensor : tensors) {
      if (tensor.layer().equals(layer) && tensor.parameter().equals(parameter)) {
        others[Math.toIntExact(tensor.offset()) + index] = value;
      }
    }
    return new FoldedNetwork(network, tensors, others);
  }

  InferenceForm form() {
    return form;
  }

  /** The kinds and names of the steps that stay. */
  List<String> steps() {
    return form.network().nodes().stream().map(Node::name).toList();
  }

  /** The leaf that has become of one. */
  Leaf leaf(String name) {
    return form.network().node(name).orElseThrow().leaf().orElseThrow();
  }

  /** What both put out for random images is the same, on every step that both have unchanged. */
  FoldedNetwork assertSameOutputs() {
    return assertSameOutputs(network.input());
  }

  /** The same on images of another size. */
  FoldedNetwork assertSameOutputs(ImageShape images) {
    double[] values =
        new Random(7).doubles((long) IMAGES * images.size()).map(value -> value - 0.3).toArray();
    INDArray batch =
        Nd4j.createFromArray(values)
            .reshape('c', IMAGES, images.channels(), images.height(), images.width());
    Map<String, INDArray> expected = outputs(network.at(images), tensors, parameters, batch);
    Map<String, INDArray> actual =
        outputs(form.network().at(images), form.tensors(), form.parameters(), batch);
    for (Node node : form.network().nodes()) {
      boolean last = node.index() == form.network().nodes().size() - 1;
      Node before = network.node(node.name()).orElseThrow();
      boolean same = before.layer().details().equals(node.layer().details());
      if (last || (same && !mayAbsorb(node))) {
        INDArray right =
            expected.get(
                last ? network.nodes().get(network.nodes().size() - 1).name() : node.name());
        assertClose(node.name(), actual.get(node.name()), right);
      }
    }
    return this;
  }

  /** What a node has taken in need not show in what it says of itself. */
  private static boolean mayAbsorb(Node node) {
    return node.layer() instanceof Leaf leaf && leaf.trainedBy().isPresent();
  }

  private static void assertClose(String name, INDArray actual, INDArray expected) {
    double[] right = expected.dup('c').data().asDouble();
    double[] values = actual.dup('c').data().asDouble();
    assertThat(values).as(name).hasSameSizeAs(right);
    double most = 0;
    double difference = 0;
    for (int i = 0; i < right.length; i++) {
      most = Math.max(most, Math.abs(right[i]));
      difference = Math.max(difference, Math.abs(values[i] - right[i]));
    }
    assertThat(most).as(name).isFinite();
    assertThat(difference).as("largest difference in " + name).isLessThanOrEqualTo(RELATIVE * most);
  }

  private static Map<String, INDArray> outputs(
      Network network, List<TensorSpec> tensors, float[] parameters, INDArray batch) {
    TrainableNetwork built = DoubleNetworks.build(network, Optimizer.sgd(), 1);
    float[] arranged = TensorSpec.arranged(parameters, tensors, built.tensors());
    for (int i = 0; i < arranged.length; i++) {
      built.graph().params().putScalar(i, arranged[i]);
    }
    return built.graph().feedForward(batch, false);
  }
}
