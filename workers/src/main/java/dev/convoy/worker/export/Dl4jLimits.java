package dev.convoy.worker.export;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds layers that DL4J 1.0.0-M2 cannot compute without Convoy's own, so that an exported zip
 * could not score: separable convolutions of one input map, whose 1×1 convolution ND4J omits, and
 * dilated depthwise convolutions of multiplier 1, on which ND4J's oneDNN fails.
 */
final class Dl4jLimits {
  private Dl4jLimits() {}

  /** Returns why a network cannot be written for plain DL4J, with the remedy; empty if it can. */
  static Optional<String> refusal(Network network) {
    String failing =
        Stream.of(
                named(network, Dl4jLimits::isSeparableOfOneMap, "separable-conv of one input map"),
                named(
                    network,
                    Dl4jLimits::isDilatedOfOneKernelAMap,
                    "depthwise-conv with dilation and multiplier 1, where ND4J uses oneDNN"))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    return failing.isEmpty()
        ? Optional.empty()
        : Optional.of("plain DL4J cannot compute " + failing + ": use --format onnx");
  }

  private static Optional<String> named(
      Network network, Predicate<Node> fails, String description) {
    List<String> names = network.nodes().stream().filter(fails).map(Node::name).toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", names) + " (" + description + ")");
  }

  private static boolean isSeparableOfOneMap(Node node) {
    return node.layer() instanceof SeparableConv && node.input().maps() == 1;
  }

  /**
   * Whether the layer fails in ND4J; a 1×1 kernel does not, because dilation has no effect on it.
   */
  private static boolean isDilatedOfOneKernelAMap(Node node) {
    if (node.layer() instanceof DepthwiseConv conv && conv.multiplier() == 1) {
      Size kernel = conv.kernel();
      Size dilation = conv.dilation();
      return (kernel.rows() > 1 && dilation.rows() > 1)
          || (kernel.columns() > 1 && dilation.columns() > 1);
    }
    return false;
  }
}
