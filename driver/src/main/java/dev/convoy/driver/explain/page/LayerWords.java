package dev.convoy.driver.explain.page;

import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerVisitor;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;

/** Describes layers in the words of lecture notes. */
final class LayerWords {
  private LayerWords() {}

  /**
   * Returns the window, such as {@code 5×5 kernel, stride 1, padding same}; empty for layers
   * without one.
   */
  static String window(Node node) {
    return node.leaf()
        .flatMap(leaf -> leaf.window())
        .map(
            window ->
                window.size()
                    + (node.layer() instanceof Pool ? " window" : " kernel")
                    + ", stride "
                    + window.stride().brief()
                    + (window.dilation().equals(Size.ONE)
                        ? ""
                        : ", dilation " + window.dilation().brief())
                    + padding(window))
        .orElse("");
  }

  private static String padding(Window window) {
    if (window.padding().mode() == Padding.Mode.EXPLICIT) {
      return ", " + window.padding();
    }
    return window.size().area() == 1 ? "" : ", padding " + window.padding();
  }

  /** Returns one or two sentences about a layer. */
  static String explain(Node node) {
    return node.layer().accept(new Sentences(), node);
  }

  private static final class Sentences implements LayerVisitor<String, Node> {
    @Override
    public String visitConv(Conv conv, Node node) {
      return conv(node, conv) + activated(conv.activation());
    }

    @Override
    public String visitDepthwiseConv(DepthwiseConv conv, Node node) {
      return "Every map has its own filters; maps are not mixed." + activated(conv.activation());
    }

    @Override
    public String visitSeparableConv(SeparableConv conv, Node node) {
      return "Every map is filtered separately, then a 1×1 convolution mixes the maps."
          + activated(conv.activation());
    }

    @Override
    public String visitPool(Pool pool, Node node) {
      return pool(pool);
    }

    @Override
    public String visitGlobalPool(GlobalPool pool, Node node) {
      return "Each map becomes one number, its "
          + kept(pool.type())
          + ", at any position in the image: this is where translation invariance comes from.";
    }

    @Override
    public String visitDense(Dense dense, Node node) {
      return "Every unit sees all values of the layer before: no local receptive field, no shared"
          + " weights."
          + activated(dense.activation());
    }

    @Override
    public String visitInception(Inception inception, Node node) {
      return "The maps of all "
          + inception.branches().size()
          + " branches, one after another: the next layer sees all of them, and so the results of"
          + " several kernel sizes.";
    }

    @Override
    public String visitResidual(Residual residual, Node node) {
      return "The sum of both paths, value by value: the body has only to learn what to change."
          + activated(residual.activation());
    }

    @Override
    public String visitLocalResponseNorm(LocalResponseNorm norm, Node node) {
      return "Divides each value by a power of the sum of squares over neighbouring maps at its"
          + " place: a strong response damps its neighbours.";
    }

    @Override
    public String visitBatchNorm(BatchNorm norm, Node node) {
      return (node.output().flat() ? "Brings the values" : "Brings the maps")
          + " to a common scale, which makes training faster.";
    }

    @Override
    public String visitActivation(ActivationLayer activation, Node node) {
      return activated(activation.function()).strip();
    }

    @Override
    public String visitDropout(Dropout dropout, Node node) {
      return "Leaves out values at random while training; changes nothing now.";
    }

    @Override
    public String visitFlatten(Flatten flatten, Node node) {
      return "The same values as one long vector; rows and columns are gone.";
    }

    @Override
    public String visitOutput(Output output, Node node) {
      return "One probability for each label (softmax); the bar chart above shows them.";
    }
  }

  private static String conv(Node node, Conv conv) {
    if (conv.kernel().area() == 1) {
      return "1×1 filters mix the "
          + Numbers.count(node.input().maps())
          + " maps of the layer before at each pixel, like a small dense layer at every place.";
    }
    String below =
        node.input().maps() == 1
            ? node.inputs().get(0) == Node.IMAGE ? "the image" : "the map of the layer before"
            : node.input().maps() == 3 && node.inputs().get(0) == Node.IMAGE
                ? "the three colours of the image"
                : "all " + Numbers.count(node.input().maps()) + " maps of the layer before";
    String steps =
        conv.stride().equals(Size.ONE)
            ? ""
            : " Stride " + conv.stride().brief() + " skips places, so the maps shrink.";
    return "Each map is made by one filter that slides over " + below + "." + steps;
  }

  private static String kept(PoolType type) {
    return switch (type) {
      case MAX -> "highest value";
      case AVERAGE -> "mean";
      case L2 -> "l2 norm";
    };
  }

  private static String pool(Pool pool) {
    String kept =
        switch (pool.type()) {
          case MAX ->
              "Keeps the highest value of each window: that something is there, not exactly where.";
          case AVERAGE -> "Keeps the mean of each window.";
          case L2 -> "Keeps the root of the sum of squares of each window.";
        };
    return pool.stride().equals(Size.ONE)
        ? kept
        : kept + " Pooling condenses: " + pool.size().area() + " values become one, map by map.";
  }

  private static String activated(Activation activation) {
    return switch (activation) {
      case IDENTITY -> "";
      case RELU -> " ReLU: what is below 0 becomes 0.";
      default -> " Activation: " + activation.key() + ".";
    };
  }
}
