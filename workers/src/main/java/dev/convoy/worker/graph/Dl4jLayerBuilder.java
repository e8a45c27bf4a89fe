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
 * <p>l2 is set on each layer and never on the whole network, because DL4J replaces a layer's l2 of
 * 0 by that of the network. A frozen layer has a learning rate of 0 and no l2, so that its weights
 * do not change while gradients flow through it.
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

  /** A node with the context of its layer. */
  record Placed(Node node, LayerContext context) {}

  LayerFamily family() {
    return family;
  }

  /**
   * Builds the layer of a node.
   *
   * @param context its relation to the surrounding layers
   */
  Layer build(Node node, Leaf leaf, LayerContext context) {
    return leaf.accept(this, new Placed(node, context));
  }

  private boolean isFrozen(Placed placed) {
    return frozen.contains(placed.node.name());
  }

  @Override
  public Layer visitConv(Conv conv, Placed placed) {
    return family.convolution(
        trained(
            new ConvolutionLayer.Builder().nOut(conv.maps()).hasBias(conv.bias()),
            conv.training(),
            placed),
        conv,
        placed.context);
  }

  @Override
  public Layer visitDepthwiseConv(DepthwiseConv conv, Placed placed) {
    return family.depthwise(
        trained(
            Windows.slide(new DepthwiseConvolution2D.Builder(), conv.slidingWindow())
                .depthMultiplier(conv.multiplier())
                .nOut(placed.node.output().maps())
                .hasBias(conv.bias()),
            conv.training(),
            placed),
        conv,
        placed.context.first());
  }

  @Override
  public Layer visitSeparableConv(SeparableConv conv, Placed placed) {
    return family.separable(
        trained(
            Windows.slide(new SeparableConvolution2D.Builder(), conv.slidingWindow())
                .depthMultiplier(conv.multiplier())
                .nOut(conv.maps())
                .hasBias(conv.bias()),
            conv.training(),
            placed),
        conv,
        placed.context.first());
  }

  @Override
  public Layer visitPool(Pool pool, Placed placed) {
    return family.pool(pool, placed.context.preceding());
  }

  @Override
  public Layer visitGlobalPool(GlobalPool pool, Placed placed) {
    return family.globalPool(pool);
  }

  @Override
  public Layer visitBatchNorm(BatchNorm norm, Placed placed) {
    return isFrozen(placed)
        ? family.frozenBatchNorm(norm, placed.context.fused())
        : family.batchNorm(
            norm, updaters.scaled(norm.learningRateFactor()), placed.context.fused());
  }

  @Override
  public Layer visitLocalResponseNorm(LocalResponseNorm norm, Placed placed) {
    return family.localResponse(norm, placed.node.input().maps());
  }

  @Override
  public Layer visitActivation(ActivationLayer activation, Placed placed) {
    return family.activation(activation.function());
  }

  @Override
  public Layer visitDropout(Dropout dropout, Placed placed) {
    return family.dropout(dropout.rate());
  }

  @Override
  public Layer visitFlatten(Flatten flatten, Placed placed) {
    throw new IllegalStateException(placed.node.name() + " is a vertex and no layer of DL4J's");
  }

  @Override
  public Layer visitDense(Dense dense, Placed placed) {
    return family.dense(
        trained(
            new DenseLayer.Builder().nOut(dense.units()).hasBias(dense.bias()),
            dense.training(),
            placed),
        dense.activation(),
        placed.context.first());
  }

  @Override
  public Layer visitOutput(Output output, Placed placed) {
    return family.output(
        trained(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(labels)
                .activation(org.nd4j.linalg.activations.Activation.SOFTMAX),
            output.training(),
            placed),
        placed.context.first());
  }

  private <T extends BaseLayer.Builder<T>> T trained(T builder, Training training, Placed placed) {
    builder.weightInit(weightInit(training.initialisation()));
    if (isFrozen(placed)) {
      return builder.updater(new Sgd(0.0));
    }
    double l2 = training.ownL2().orElse(updaters.l2());
    if (l2 > 0) {
      builder.l2(l2);
    }
    return builder.updater(updaters.scaled(training.learningRateFactor()));
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
