package dev.convoy.worker.export;

import static dev.convoy.worker.export.OnnxGraph.attribute;

import dev.convoy.worker.network.NetworkInput;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import dev.convoy.worker.network.layer.Window.Axis;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;

/**
 * Translates windows to ONNX attributes.
 *
 * <p>Padding is written as numbers if it is equal for every image: if it is explicit, if the size
 * is fixed, if the stride is 1 ({@code same} then pads {@code k − 1} pixels in total) or if the
 * window has one pixel ({@code same} then pads none; onnxruntime's {@code auto_pad} would remove
 * pixels). For {@code same} with a stride on images of any size, {@code auto_pad = SAME_UPPER} is
 * written: output {@code ceil(n / s)}, padding {@code max(0, (ceil(n / s) − 1)·s + k − n)}, half of
 * it rounded down above and on the left, as in {@link Padding}. Runtimes refuse {@code auto_pad}
 * with a dilation; separate nodes then compute the padding.
 */
final class OnnxWindows {
  private final OnnxGraph graph;
  private final boolean anyHeight;
  private final boolean anyWidth;

  OnnxWindows(OnnxGraph graph, NetworkInput accepts) {
    this.graph = graph;
    this.anyHeight = accepts.height().isAny();
    this.anyWidth = accepts.width().isAny();
  }

  /** The input value of a window, possibly padded, and the attributes of the window. */
  record Slide(String from, List<AttributeProto> attributes) {
    Slide {
      attributes = List.copyOf(attributes);
    }

    AttributeProto[] with(AttributeProto... more) {
      List<AttributeProto> all = new ArrayList<>(attributes);
      all.addAll(List.of(more));
      return all.toArray(AttributeProto[]::new);
    }
  }

  /** Translates the window of a pool. */
  Slide pool(Node node, Window window, String from) {
    return new Slide(from, attributes(node, window, false));
  }

  /** Translates the window of a convolution. */
  Slide convolution(Node node, Window window, String from) {
    boolean dilated = !window.dilation().equals(Size.ONE);
    if (dilated && !isSame(node, window)) {
      return new Slide(from, attributes(node, window, true));
    }
    return dilated
        ? new Slide(padded(node, window, from), sizes(window, true))
        : new Slide(from, attributes(node, window, true));
  }

  private List<AttributeProto> attributes(Node node, Window window, boolean dilation) {
    List<AttributeProto> attributes = sizes(window, dilation);
    attributes.add(isSame(node, window) ? attribute("auto_pad", "SAME_UPPER") : pads(node, window));
    return attributes;
  }

  private static List<AttributeProto> sizes(Window window, boolean dilation) {
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(attribute("kernel_shape", extents(window.size())));
    attributes.add(attribute("strides", extents(window.stride())));
    if (dilation) {
      attributes.add(attribute("dilations", extents(window.dilation())));
    }
    return attributes;
  }

  private static List<Long> extents(Size size) {
    return List.of((long) size.rows(), (long) size.columns());
  }

  /** Whether the padding depends on the image. */
  private boolean isSame(Node node, Window window) {
    return window.padding().mode() == Padding.Mode.SAME
        && ((anyHeight && varies(window.rows(node.input())))
            || (anyWidth && varies(window.columns(node.input()))));
  }

  private static boolean varies(Axis axis) {
    return axis.stride() > 1 && axis.extent() > 1;
  }

  private static AttributeProto pads(Node node, Window window) {
    Padding padding = window.padding();
    if (padding.mode() == Padding.Mode.SAME) {
      Axis rows = window.rows(node.input());
      Axis columns = window.columns(node.input());
      return attribute(
          "pads", List.of(rows.before(), columns.before(), after(rows), after(columns)));
    }
    return attribute(
        "pads",
        List.of(
            (long) padding.top(),
            (long) padding.left(),
            (long) padding.bottom(),
            (long) padding.right()));
  }

  private static long after(Axis axis) {
    long end = axis.start(axis.positions() - 1) + axis.extent();
    return Math.max(0, end - axis.input());
  }

  /**
   * Adds nodes that pad a value by {@code same}: for sizes {@code n}, extents {@code k} and strides
   * {@code s} with {@code p = max(0, ⌊(n − 1) / s⌋·s + k − n)} zeros, {@code ⌊p / 2⌋} of them above
   * or on the left.
   */
  private String padded(Node node, Window window, String from) {
    String name = node.name();
    Axis rows = window.rows(node.input());
    Axis columns = window.columns(node.input());
    String one = graph.constant(name + ".one", 1L);
    String two = graph.constant(name + ".two", 2L);
    String none = graph.constant(name + ".none", 0L, 0L);
    String strides = graph.constant(name + ".strides", rows.stride(), columns.stride());
    String extents = graph.constant(name + ".extents", rows.extent(), columns.extent());
    String starts = graph.constant(name + ".starts", 2L);
    String ends = graph.constant(name + ".ends", 4L);

    String shape = graph.add("Shape", name + ".shape", List.of(from));
    String sizes = graph.add("Slice", name + ".sizes", List.of(shape, starts, ends));
    String last = graph.add("Sub", name + ".last", List.of(sizes, one));
    String steps = graph.add("Div", name + ".steps", List.of(last, strides));
    String reach = graph.add("Mul", name + ".reach", List.of(steps, strides));
    String end = graph.add("Add", name + ".end", List.of(reach, extents));
    String beyond = graph.add("Sub", name + ".beyond", List.of(end, sizes));
    String needed = graph.add("Max", name + ".needed", List.of(beyond, none));
    String before = graph.add("Div", name + ".before", List.of(needed, two));
    String after = graph.add("Sub", name + ".after", List.of(needed, before));
    String pads =
        graph.add(
            "Concat", name + ".pads", List.of(none, before, none, after), attribute("axis", 0));
    return graph.add("Pad", name + ".padding", List.of(from, pads));
  }
}
