package dev.convoy.worker.graph;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Initialisation;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LeafVisitor;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Training;
import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Maps a leaf to the configuration of a DL4J layer.
 *
 * <p>l2 is given to each layer that has it and never to the whole network: DL4J takes a layer's 0
 * for nothing said, and puts the network's in its place. A frozen layer has a learning rate of 0
 * and no l2, so that its weights keep their bits while gradients flow through it.
 */
final class Dl4jLayerBuilder implements LeafVisitor<Layer, Dl4jLayerBuilder.Placed> {
  private final Set<String> frozen;
  private final int labels;
  private final LayerFamily family;
  private final Updaters updaters;

  Dl4jLayerBuilder(Network network, LayerFamily family, Updaters updaters) {
    this.frozen = new HashSet<>(network.frozen());
    this.labels = network.labels();
    this.family = family;
    this.updaters = updaters;
  }

  /** A node, and what its layer does for those around it. */
  record Placed(Node node, LayerContext place) {}

  LayerFamily family() {
    return family;
  }

  /**
   * The layer of a node.
   *
   * @param place what it does for the layers around it
   */
  Layer of(Node node, Leaf leaf, LayerContext place) {
    return leaf.accept(this, new Placed(node, place));
  }

  private boolean isFrozen(Placed at) {
    return frozen.contains(at.node.name());
  }

  @Override
  public Layer visitConv(Conv conv, Placed at) {
    return family.convolution(
        trained(
            new ConvolutionLayer.Builder().nOut(conv.maps()).hasBias(conv.bias()),
            conv.training(),
            at),
        conv,
        at.place);
  }

  @Override
  public Layer visitDepthwiseConv(DepthwiseConv conv, Placed at) {
    return family.depthwise(
        trained(
            Windows.slide(new DepthwiseConvolution2D.Builder(), conv.slidingWindow())
                .depthMultiplier(conv.multiplier())
                .nOut(at.node.output().maps())
                .hasBias(conv.bias()),
            conv.training(),
            at),
        conv,
        at.place.first());
  }

  @Override
  public Layer visitSeparableConv(SeparableConv conv, Placed at) {
    return family.separable(
        trained(
            Windows.slide(new SeparableConvolution2D.Builder(), conv.slidingWindow())
                .depthMultiplier(conv.multiplier())
                .nOut(conv.maps())
                .hasBias(conv.bias()),
            conv.training(),
            at),
        conv,
        at.place.first());
  }

  @Override
  public Layer visitPool(Pool pool, Placed at) {
    return family.pool(pool, at.place.derives());
  }

  @Override
  public Layer visitGlobalPool(GlobalPool pool, Placed at) {
    return family.globalPool(pool);
  }

  @Override
  public Layer visitBatchNorm(BatchNorm norm, Placed at) {
    return isFrozen(at)
        ? family.frozenBatchNorm(norm, at.place.then())
        : family.batchNorm(norm, updaters.times(norm.learningRateFactor()), at.place.then());
  }

  @Override
  public Layer visitLocalResponseNorm(LocalResponseNorm norm, Placed at) {
    return family.localResponse(norm, at.node.input().maps());
  }

  @Override
  public Layer visitActivation(ActivationLayer activation, Placed at) {
    return family.activation(activation.function());
  }

  @Override
  public Layer visitDropout(Dropout dropout, Placed at) {
    return family.dropout(dropout.rate());
  }

  @Override
  public Layer visitFlatten(Flatten flatten, Placed at) {
    throw new IllegalStateException(at.node.name() + " is a vertex and no layer of DL4J's");
  }

  @Override
  public Layer visitDense(Dense dense, Placed at) {
    return family.dense(
        trained(
            new DenseLayer.Builder().nOut(dense.units()).hasBias(dense.bias()),
            dense.training(),
            at),
        dense.activation(),
        at.place.first());
  }

  @Override
  public Layer visitOutput(Output output, Placed at) {
    return family.output(
        trained(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(labels)
                .activation(org.nd4j.linalg.activations.Activation.SOFTMAX),
            output.training(),
            at),
        at.place.first());
  }

  private <T extends BaseLayer.Builder<T>> T trained(T builder, Training training, Placed at) {
    builder.weightInit(weightInit(training.initialisation()));
    if (isFrozen(at)) {
      return builder.updater(new Sgd(0.0));
    }
    double l2 = training.ownL2().orElse(updaters.l2());
    if (l2 > 0) {
      builder.l2(l2);
    }
    return builder.updater(updaters.times(training.learningRateFactor()));
  }

  private static WeightInit weightInit(Initialisation initialisation) {
    return switch (initialisation) {
      case HE_NORMAL -> WeightInit.RELU;
      case HE_UNIFORM -> WeightInit.RELU_UNIFORM;
      case GLOROT_NORMAL -> WeightInit.XAVIER;
      case GLOROT_UNIFORM -> WeightInit.XAVIER_UNIFORM;
      case LECUN_NORMAL -> WeightInit.LECUN_NORMAL;
      case ZERO -> WeightInit.ZERO;
    };
  }
}
