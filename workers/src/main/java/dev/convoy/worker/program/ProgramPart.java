package dev.convoy.worker.program;

import dev.convoy.worker.engine.layer.FeatureMapsShape;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.TensorLayout;
import java.util.ArrayList;
import java.util.List;

/** The kernels of a part of a program, which its steps make, for some images at once. */
final class ProgramPart {
  private final Engine engine;
  private final Resources owner;
  private final int images;
  private final Arena arena;
  private final long base;
  private final Programs.Stored stored;
  private final List<Runnable> reorders = new ArrayList<>();
  private final List<Runnable> kernels = new ArrayList<>();
  private final List<View> views = new ArrayList<>();

  /**
   * A view on a value that has room for more images than the part computes at once.
   *
   * @param address where the first image begins
   * @param images that have room
   * @param imageBytes from one to the next
   */
  private record View(Memory memory, long address, int images, long imageBytes) {
    void moveTo(int image) {
      memory.setAddress(address + image % images * imageBytes);
    }
  }

  ProgramPart(
      Engine engine,
      Resources owner,
      int images,
      Arena arena,
      Memory memory,
      Programs.Stored stored) {
    this.engine = engine;
    this.owner = owner;
    this.images = images;
    this.arena = arena;
    this.base = memory.address();
    this.stored = stored;
  }

  Engine engine() {
    return engine;
  }

  Resources owner() {
    return owner;
  }

  int images() {
    return images;
  }

  Layout layout(Value value) {
    return value.layout(images);
  }

  /** Returns what a step computes at once, seen as feature maps of one image's shape. */
  FeatureMapsShape maps(LayerShape shape) {
    return new FeatureMapsShape(images, shape.maps(), shape.height(), shape.width());
  }

  Memory memory(Value value) {
    return memory(value, layout(value));
  }

  /** The memory of a value seen in another way. */
  Memory memory(Value value, Layout layout) {
    return memory(value, layout, 0);
  }

  /**
   * A part of the memory of a value.
   *
   * @param first floats before it
   */
  Memory memory(Value value, Layout layout, long first) {
    long address = base + arena.offset(value) + first * Float.BYTES;
    Memory view = engine.view(owner, layout).setAddress(address);
    if (arena.images(value) > images) {
      views.add(new View(view, address, arena.images(value), value.shape().bytes()));
    }
    return view;
  }

  /** A tensor of the network's own memory. */
  Memory stored(String layer, TensorLayout tensor, Layout layout) {
    return engine.view(owner, layout).setAddress(stored.address(layer, tensor.parameter()));
  }

  /** The same in a layout that a kernel wants, arranged anew whenever stored values change. */
  Memory arranged(Memory tensor, Layout wanted) {
    if (wanted.matches(tensor.layout())) {
      return tensor;
    }
    Memory copy = engine.memory(owner, wanted);
    reorders.add(engine.reorder(owner, tensor, copy)::run);
    return copy;
  }

  /** Adds a kernel with all of its arguments. */
  void run(Kernel kernel) {
    kernels.add(kernel::run);
  }

  /** Copies a tensor from one layout to another. */
  void copy(Memory from, Memory to) {
    kernels.add(engine.reorder(owner, from, to)::run);
  }

  /** Arranges stored values that have changed. */
  void load() {
    reorders.forEach(Runnable::run);
  }

  /** Moves the views on values of which later parts take more images at once. */
  void moveTo(int image) {
    for (View view : views) {
      view.moveTo(image);
    }
  }

  /** Runs all kernels. */
  void run() {
    kernels.forEach(Runnable::run);
  }
}
