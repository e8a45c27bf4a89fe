package dev.convoy.driver.explain.page;

import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.BlockVisitor;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerVisitor;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import java.util.List;
import java.util.stream.IntStream;

/** Describes layers in the words of lecture notes. */
final class LayerWords {
  private LayerWords() {}

  /**
   * Returns the window, such as {@code 5×5 kernel, stride 1, padding same}; empty for layers
   * without one.
   */
  static String window(Node node) {
    return node.leaf()
        .flatMap(Leaf::window)
        .map(
            window ->
                window.size()
                    + (node.leaf().flatMap(Leaf::pooling).isPresent() ? " window" : " kernel")
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

  /**
   * The text of the page about a node.
   *
   * @param sentences one or two
   * @param join a block's word for joining its paths; empty for a leaf
   * @param isDrawn whether its output is drawn: false if it equals the input or is drawn elsewhere
   */
  record Caption(String sentences, String join, boolean isDrawn) {
    static Caption of(String sentences) {
      return new Caption(sentences, "", true);
    }

    static Caption undrawn(String sentences) {
      return new Caption(sentences, "", false);
    }
  }

  static Caption caption(Node node) {
    return node.layer().accept(new Captions(), node);
  }

  private static final class Captions implements LayerVisitor<Caption, Node> {
    @Override
    public Caption visitConv(Conv conv, Node node) {
      return Caption.of(conv(node, conv) + activated(conv.activation()));
    }

    @Override
    public Caption visitDepthwiseConv(DepthwiseConv conv, Node node) {
      return Caption.of(
          "Every map has its own filters; maps are not mixed." + activated(conv.activation()));
    }

    @Override
    public Caption visitSeparableConv(SeparableConv conv, Node node) {
      return Caption.of(
          "Every map is filtered separately, then a 1×1 convolution mixes the maps."
              + activated(conv.activation()));
    }

    @Override
    public Caption visitPool(Pool pool, Node node) {
      return Caption.of(pool(pool));
    }

    @Override
    public Caption visitGlobalPool(GlobalPool pool, Node node) {
      return Caption.of(
          "Each map becomes one number, its "
              + kept(pool.type())
              + ", at any position in the image: this is where translation invariance comes from.");
    }

    @Override
    public Caption visitDense(Dense dense, Node node) {
      return Caption.of(
          "Every unit sees all values of the layer before: no local receptive field, no shared"
              + " weights."
              + activated(dense.activation()));
    }

    @Override
    public Caption visitInception(Inception inception, Node node) {
      return new Caption(
          "The maps of all "
              + inception.branches().size()
              + " branches, one after another: the next layer sees all of them, and so the results of"
              + " several kernel sizes.",
          "joined",
          true);
    }

    @Override
    public Caption visitResidual(Residual residual, Node node) {
      return new Caption(
          "The sum of both paths, value by value: the body has only to learn what to change."
              + activated(residual.activation()),
          "sum",
          true);
    }

    @Override
    public Caption visitLocalResponseNorm(LocalResponseNorm norm, Node node) {
      return Caption.of(
          "Divides each value by a power of the sum of squares over neighbouring maps at its"
              + " place: a strong response damps its neighbours.");
    }

    @Override
    public Caption visitBatchNorm(BatchNorm norm, Node node) {
      return Caption.of(
          (node.output().flat() ? "Brings the values" : "Brings the maps")
              + " to a common scale, which makes training faster.");
    }

    @Override
    public Caption visitActivation(ActivationLayer activation, Node node) {
      return Caption.of(activated(activation.function()).strip());
    }

    @Override
    public Caption visitDropout(Dropout dropout, Node node) {
      return Caption.undrawn("Leaves out values at random while training; changes nothing now.");
    }

    @Override
    public Caption visitFlatten(Flatten flatten, Node node) {
      return Caption.undrawn("The same values as one long vector; rows and columns are gone.");
    }

    @Override
    public Caption visitOutput(Output output, Node node) {
      return Caption.undrawn(
          "One probability for each label (softmax); the bar chart above shows them.");
    }
  }

  /**
   * The headings of a block and of its paths.
   *
   * @param paths one for each path
   */
  record Headings(String block, List<String> paths) {}

  static Headings headings(Block block) {
    return block.accept(new BlockHeadings(), null);
  }

  private static final class BlockHeadings implements BlockVisitor<Headings, Void> {
    @Override
    public Headings visitInception(Inception inception, Void context) {
      int branches = inception.branches().size();
      return new Headings(
          "an inception module: " + branches + " branches side by side on the same input",
          IntStream.rangeClosed(1, branches).mapToObj(branch -> "branch " + branch).toList());
    }

    @Override
    public Headings visitResidual(Residual residual, Void context) {
      return new Headings(
          "a residual block: the body, and a shortcut past it", List.of("body", "shortcut"));
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
