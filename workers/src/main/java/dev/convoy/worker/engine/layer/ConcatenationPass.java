package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Concatenation;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.ArrayList;
import java.util.List;

/** Concatenates the maps of several inputs, and splits the gradient of the result. */
final class ConcatenationPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape whole;
  private final List<Memory> parts = new ArrayList<>();
  private final Memory output;
  private final Concatenation concatenate;
  private final Lazy<List<Slice>> slices = new Lazy<>(this::slices);

  /**
   * The copy of the gradient of one input out of the gradient of the output.
   *
   * @param first bytes before the input's first map
   */
  private record Slice(long first, Memory from, Memory to, Reorder copy) {}

  /**
   * Prepares the pass.
   *
   * @param shapes shapes of the inputs, which differ only in their number of maps
   */
  ConcatenationPass(Engine engine, Resources owner, List<FeatureMapsShape> shapes) {
    this.engine = engine;
    this.owner = owner;
    FeatureMapsShape first = shapes.get(0);
    long maps = shapes.stream().mapToLong(FeatureMapsShape::channels).sum();
    whole = new FeatureMapsShape(first.n(), maps, first.height(), first.width(), first.values());
    shapes.forEach(shape -> parts.add(engine.view(owner, shape.layout())));
    output = engine.view(owner, whole.layout());
    concatenate = engine.concatenation(owner, parts, output);
  }

  FeatureMapsShape outputShape() {
    return whole;
  }

  /** Copies the inputs into the output. Arguments are native addresses. */
  void forward(long[] x, long y) {
    for (int i = 0; i < x.length; i++) {
      parts.get(i).setAddress(x[i]);
    }
    output.setAddress(y);
    concatenate.run();
  }

  /** Copies its part of the gradient to each input. Arguments are native addresses. */
  void backward(long dy, long[] dx) {
    for (int i = 0; i < dx.length; i++) {
      Slice slice = slices.get().get(i);
      slice.from.setAddress(dy + slice.first);
      slice.to.setAddress(dx[i]);
      slice.copy.run();
    }
  }

  private List<Slice> slices() {
    List<Slice> made = new ArrayList<>();
    long first = 0;
    for (Memory part : parts) {
      long[] shape = part.layout().shape();
      long channels = whole.channels();
      Layout within =
          Layout.strided(
                  shape,
                  new long[] {
                    whole.height() * whole.width() * channels, 1, whole.width() * channels, channels
                  })
              .as(whole.values());
      Memory from = engine.view(owner, within);
      Memory to = engine.view(owner, part.layout());
      made.add(
          new Slice(first * whole.values().bytes(), from, to, engine.reorder(owner, from, to)));
      first += shape[1];
    }
    return made;
  }
}
