package dev.convoy.benchmarks.ceiling;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.ConvolutionKernel;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.Span;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Window;
import java.util.List;

/**
 * One convolution of a network in one memory layout, with separate memory for each of its passes.
 */
final class ConvolutionPasses {
  private final Engine engine;
  private final Resources owner;
  private final ConvolutionKernel convolution;
  private final Kernel forward;

  /** An operation that runs repeatedly. */
  interface Pass {
    void run();
  }

  private ConvolutionPasses(Engine engine, ConvolutionKernel convolution) {
    this.engine = engine;
    this.owner = engine.resources();
    this.convolution = convolution;
    this.forward = convolution.forward(engine, owner, Function.IDENTITY);
  }

  /** Returns the convolution in both layouts: channels-last, and the layout that oneDNN chooses. */
  static List<ConvolutionPasses> inAllLayouts(Engine engine, Node node, Conv conv, int batch) {
    LayerShape in = node.input();
    LayerShape out = node.output();
    Layout free = Layout.any(batch, in.maps(), in.height(), in.width());
    Layout freeOut = Layout.any(batch, out.maps(), out.height(), out.width());
    Layout last = Layout.channelsLast(batch, in.maps(), in.height(), in.width());
    Layout lastOut = Layout.channelsLast(batch, out.maps(), out.height(), out.width());
    return List.of(
        new ConvolutionPasses(engine, convolution(node, conv, last, lastOut)),
        new ConvolutionPasses(engine, convolution(node, conv, free, freeOut)));
  }

  private static ConvolutionKernel convolution(
      Node node, Conv conv, Layout source, Layout destination) {
    Window window = conv.window().orElseThrow();
    Window.Axis rows = window.rows(node.input());
    Window.Axis columns = window.columns(node.input());
    return new ConvolutionKernel(
        source,
        Layout.any(conv.maps(), node.input().maps(), conv.kernel().rows(), conv.kernel().columns()),
        destination,
        conv.bias(),
        new Span(rows.stride(), columns.stride()),
        new Span(rows.dilation() - 1L, columns.dilation() - 1L),
        new Span(rows.before(), columns.before()),
        new Span(after(rows), after(columns)));
  }

  private static long after(Window.Axis axis) {
    return Math.max(0, axis.start(axis.positions() - 1) + axis.extent() - axis.input());
  }

  Pass forward() {
    Kernel kernel = convolution.forward(engine, owner, Function.IDENTITY);
    set(kernel, Argument.SRC, Argument.WEIGHTS, Argument.DST);
    return biased(kernel, Argument.BIAS)::run;
  }

  Pass backwardData() {
    Kernel kernel = convolution.backwardData(engine, owner, forward);
    set(kernel, Argument.DIFF_DST, Argument.WEIGHTS, Argument.DIFF_SRC);
    return kernel::run;
  }

  Pass backwardWeights() {
    Kernel kernel = convolution.backwardWeights(engine, owner, forward);
    set(kernel, Argument.SRC, Argument.DIFF_DST, Argument.DIFF_WEIGHTS);
    return biased(kernel, Argument.DIFF_BIAS)::run;
  }

  private void set(Kernel kernel, Argument... arguments) {
    for (Argument argument : arguments) {
      kernel.with(argument, memory(kernel.layout(argument)));
    }
  }

  private Kernel biased(Kernel kernel, Argument argument) {
    return convolution.bias() ? kernel.with(argument, memory(convolution.biases())) : kernel;
  }

  /**
   * Allocates zeroed memory: fresh memory could hold denormal numbers, which are slow to compute
   * with.
   */
  private Memory memory(Layout layout) {
    Memory memory = engine.memory(owner, layout);
    Zeros.fill(memory.address(), layout.bytes());
    return memory;
  }
}
