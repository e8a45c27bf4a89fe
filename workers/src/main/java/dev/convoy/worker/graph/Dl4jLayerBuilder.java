package dev.convoy.worker.graph;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Convolution;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.Initialisation;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.LayerVisitor;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Training;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Maps a node to the configuration of DL4J layers and vertices.
 *
 * <p>l2 is set on each layer and never on the whole network, because DL4J replaces a layer's l2 of
 * 0 by that of the network. A frozen layer has a learning rate of 0 and no l2, so that its weights
 * do not change while gradients flow through it.
 */
final class Dl4jLayerBuilder implements LayerVisitor<GraphPart, Dl4jLayerBuilder.Placed> {
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
   * Builds the part of the graph that implements a node.
   *
   * @param context its relation to the surrounding layers
   */
  GraphPart build(Node node, LayerContext context) {
    return node.layer().accept(this, new Placed(node, context));
  }

  private boolean isFrozen(Placed placed) {
    return frozen.contains(placed.node.name());
  }

  @Override
  public GraphPart visitConv(Conv conv, Placed placed) {
    return padded(
        conv,
        family.convolution(
            trained(
                new ConvolutionLayer.Builder().nOut(conv.maps()).hasBias(conv.bias()),
                conv.training(),
                placed),
            conv,
            placed.context));
  }

  @Override
  public GraphPart visitDepthwiseConv(DepthwiseConv conv, Placed placed) {
    return padded(
        conv,
        family.depthwise(
            trained(
                Windows.slide(new DepthwiseConvolution2D.Builder(), conv.slidingWindow())
                    .depthMultiplier(conv.multiplier())
                    .nOut(placed.node.output().maps())
                    .hasBias(conv.bias()),
                conv.training(),
                placed),
            conv,
            placed.context.first()));
  }

  @Override
  public GraphPart visitSeparableConv(SeparableConv conv, Placed placed) {
    return padded(
        conv,
        family.separable(
            trained(
                Windows.slide(new SeparableConvolution2D.Builder(), conv.slidingWindow())
                    .depthMultiplier(conv.multiplier())
                    .nOut(conv.maps())
                    .hasBias(conv.bias()),
                conv.training(),
                placed),
            conv,
            placed.context.first()));
  }

  @Override
  public GraphPart visitPool(Pool pool, Placed placed) {
    return GraphPart.layer(family.pool(pool, placed.context.preceding()));
  }

  @Override
  public GraphPart visitGlobalPool(GlobalPool pool, Placed placed) {
    return GraphPart.layer(family.globalPool(pool));
  }

  @Override
  public GraphPart visitBatchNorm(BatchNorm norm, Placed placed) {
    return GraphPart.layer(
        isFrozen(placed)
            ? family.frozenBatchNorm(norm, placed.context.fused())
            : family.batchNorm(
                norm, updaters.scaled(norm.learningRateFactor()), placed.context.fused()));
  }

  @Override
  public GraphPart visitLocalResponseNorm(LocalResponseNorm norm, Placed placed) {
    return GraphPart.layer(family.localResponse(norm, placed.node.input().maps()));
  }

  @Override
  public GraphPart visitActivation(ActivationLayer activation, Placed placed) {
    GraphPart part = GraphPart.layer(family.activation(activation.function())).passingInputOn();
    return family.activationNeedsCopy() && placed.context.sharesInput()
        ? part.after(GraphPart.vertex(new ScaleVertex(1)), "copy")
        : part;
  }

  @Override
  public GraphPart visitDropout(Dropout dropout, Placed placed) {
    return GraphPart.layer(family.dropout(dropout.rate())).passingInputOn();
  }

  @Override
  public GraphPart visitFlatten(Flatten flatten, Placed placed) {
    // DL4J's merge vertex returns a single input unchanged.
    LayerShape input = placed.node.input();
    return GraphPart.vertex(input.flat() ? new MergeVertex() : family.flatten(input))
        .passingInputOn();
  }

  @Override
  public GraphPart visitDense(Dense dense, Placed placed) {
    return GraphPart.layer(
        family.dense(
            trained(
                new DenseLayer.Builder().nOut(dense.units()).hasBias(dense.bias()),
                dense.training(),
                placed),
            dense.activation(),
            placed.context.first()));
  }

  @Override
  public GraphPart visitOutput(Output output, Placed placed) {
    return GraphPart.layer(
        family.output(
            trained(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(labels)
                    .activation(org.nd4j.linalg.activations.Activation.SOFTMAX),
                output.training(),
                placed),
            placed.context.first()));
  }

  @Override
  public GraphPart visitInception(Inception inception, Placed placed) {
    return GraphPart.vertex(family.concatenation()).passingInputOn();
  }

  @Override
  public GraphPart visitResidual(Residual residual, Placed placed) {
    Activation function = residual.activation();
    Optional<GraphVertex> whole = family.sum(function);
    if (whole.isPresent()) {
      return GraphPart.vertex(whole.get());
    }
    GraphPart sum = GraphPart.vertex(new ElementWiseVertex(ElementWiseVertex.Op.Add));
    return function == Activation.IDENTITY
        ? sum
        : GraphPart.layer(family.activation(function)).after(sum, "sum");
  }

  /** Adds a zero-padding layer before a convolution that cannot pad four sides differently. */
  private GraphPart padded(Convolution conv, Layer layer) {
    GraphPart part = GraphPart.layer(layer);
    Padding padding = conv.padding();
    return padding.isSymmetric() || family.padsOnFourSides()
        ? part
        : part.after(
            GraphPart.layer(
                new ZeroPaddingLayer.Builder(
                        padding.top(), padding.bottom(), padding.left(), padding.right())
                    .build()),
            "padding");
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
