package dev.convoy.worker.laws;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network as Convoy runs it, from the text of its definition to its kernels, with random stored
 * values; what goes in and out are doubles.
 */
final class Built {
  private final TrainableNetwork trainable;

  private Built(TrainableNetwork trainable) {
    this.trainable = trainable;
    EveryKind.stir(trainable, 11);
  }

  static Built of(Network network) {
    return new Built(GraphBuilder.build(network, Optimizer.sgd(), 1));
  }

  /** A network of these layers, in the definition language, and an output of two labels. */
  static Built of(ImageShape images, String layers) {
    return of(network(images, layers));
  }

  static Network network(ImageShape images, String layers) {
    return network("", images, layers);
  }

  /** The same with further root keys before the layers. */
  static Network network(String keys, ImageShape images, String layers) {
    String text = keys + "\nlayers = [ " + layers + ", { output {} } ]";
    return NetworkReader.parse(text, "law", "law.conf").on(images, 2);
  }

  TrainableNetwork trainable() {
    return trainable;
  }

  ComputationGraph graph() {
    return trainable.graph();
  }

  /** What a layer puts out in scoring. */
  double[][][][] output(String layer, double[][][][] images) {
    return Maps.of(graph().feedForward(array(images), false).get(layer));
  }

  /** What a layer puts out in the forward pass of a training step. */
  double[][][][] trainingOutput(String layer, double[][][][] images) {
    return Maps.of(graph().feedForward(array(images), true).get(layer));
  }

  private static INDArray array(double[][][][] images) {
    return Maps.array(images, DataType.FLOAT);
  }

  /** A stored tensor with four axes. */
  double[][][][] weights(String layer, String parameter) {
    return Maps.of(graph().getLayer(layer).getParam(parameter));
  }

  /** A stored tensor with one axis: biases, or a statistic for each map. */
  double[] vector(String layer, String parameter) {
    return graph().getLayer(layer).getParam(parameter).dup('c').data().asDouble();
  }

  void set(String layer, String parameter, double[][][][] values) {
    INDArray stored = graph().getLayer(layer).getParam(parameter);
    stored.assign(Maps.array(values, DataType.FLOAT).reshape('c', stored.shape()));
  }

  void set(String layer, String parameter, double... values) {
    INDArray stored = graph().getLayer(layer).getParam(parameter);
    for (int i = 0; i < values.length; i++) {
      stored.putScalar(i, values[i]);
    }
  }

  /** Gives every layer that both have the stored values of the other's. */
  void takeFrom(Built other) {
    for (TensorSpec tensor : trainable.tensors()) {
      if (other.trainable.network().node(tensor.layer()).isPresent()
          && !tensor.layer().equals("output")) {
        graph()
            .getLayer(tensor.layer())
            .getParam(tensor.parameter())
            .assign(other.graph().getLayer(tensor.layer()).getParam(tensor.parameter()));
      }
    }
  }
}
