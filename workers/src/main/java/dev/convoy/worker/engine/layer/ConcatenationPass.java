package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Concatenation;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.ArrayList;
import java.util.List;

/** Maps of several inputs one after another, and their gradients apart again. */
final class ConcatenationPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape whole;
  private final List<Memory> parts = new ArrayList<>();
  private final Memory output;
  private final Concatenation concatenate;
  private List<Slice> slices;

  /**
   * Copies the maps of one input out of those of all.
   *
   * @param first bytes before the first of its maps
   */
  private record Slice(long first, Memory from, Memory to, Reorder copy) {}

  /**
   * Prepares it.
   *
   * @param shapes of the inputs, equal but for their maps
   */
  ConcatenationPass(Engine engine, Resources owner, List<FeatureMapsShape> shapes) {
    this.engine = engine;
    this.owner = owner;
    FeatureMapsShape first = shapes.get(0);
    long maps = shapes.stream().mapToLong(FeatureMapsShape::channels).sum();
    whole = new FeatureMapsShape(first.n(), maps, first.height(), first.width());
    shapes.forEach(shape -> parts.add(engine.window(owner, shape.layout())));
    output = engine.window(owner, whole.layout());
    concatenate = engine.concatenation(owner, parts, output);
  }

  FeatureMapsShape outputShape() {
    return whole;
  }

  /** Copies the inputs into the output; all are native addresses. */
  void forward(long[] x, long y) {
    for (int i = 0; i < x.length; i++) {
      parts.get(i).at(x[i]);
    }
    output.at(y);
    concatenate.run();
  }

  /** Copies to each input its part of the gradient; all are native addresses. */
  void backward(long dy, long[] dx) {
    if (slices == null) {
      slices = slices();
    }
    for (int i = 0; i < dx.length; i++) {
      Slice slice = slices.get(i);
      slice.from.at(dy + slice.first);
      slice.to.at(dx[i]);
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
              });
      Memory from = engine.window(owner, within);
      Memory to = engine.window(owner, part.layout());
      made.add(new Slice(first * Float.BYTES, from, to, engine.reorder(owner, from, to)));
      first += shape[1];
    }
    return made;
  }
}
