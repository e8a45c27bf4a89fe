package dev.convoy.worker.program;

import dev.convoy.worker.engine.layer.FeatureMapsShape;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.TensorLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The kernels of consecutive steps that compute the same number of images at once. */
final class ProgramPart {
  private final Engine engine;
  private final Resources owner;
  private final int images;
  private final Arena arena;
  private final long base;
  private final Programs.Stored stored;
  private final Arithmetic arithmetic;
  private final List<Runnable> reorders = new ArrayList<>();
  private final List<Runnable> kernels = new ArrayList<>();
  private final List<View> views = new ArrayList<>();

  /**
   * A view of a value whose memory holds more images than the part computes at once.
   *
   * @param address native address of the first image
   * @param images number of images that fit in the memory
   * @param imageBytes bytes from one image to the next
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
      Programs.Stored stored,
      Arithmetic arithmetic) {
    this.engine = engine;
    this.owner = owner;
    this.images = images;
    this.arena = arena;
    this.base = memory.address();
    this.stored = stored;
    this.arithmetic = arithmetic;
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

  Arithmetic arithmetic() {
    return arithmetic;
  }

  Layout layout(Value value) {
    return value.layout(images);
  }

  /** Returns the shape of this part's batch of feature maps, given the shape of one image's. */
  FeatureMapsShape maps(LayerShape shape, ValueType type) {
    return new FeatureMapsShape(images, shape.maps(), shape.height(), shape.width(), type);
  }

  Memory memory(Value value) {
    return memory(value, layout(value));
  }

  /** Returns a view of the memory of a value in another layout. */
  Memory memory(Value value, Layout layout) {
    return memory(value, layout, 0);
  }

  /**
   * Returns a view of a part of the memory of a value.
   *
   * @param first number of values before it
   */
  Memory memory(Value value, Layout layout, long first) {
    long address = base + arena.offset(value) + first * layout.type().bytes();
    Memory view = engine.view(owner, layout).setAddress(address);
    if (arena.images(value) > images) {
      views.add(new View(view, address, arena.images(value), value.bytes()));
    }
    return view;
  }

  /** Returns the memory of a value in an encoding: its own, or a copy that each run converts. */
  Memory input(Value value, Encoding wanted) {
    if (value.encoding().equals(wanted)) {
      return memory(value);
    }
    Memory converted = engine.memory(owner, layout(value).as(wanted.type()));
    copy(value, wanted, converted);
    return converted;
  }

  /** Returns the memory of a value in an encoding, seen in another layout. */
  Memory input(Value value, Encoding wanted, Layout layout) {
    return value.encoding().equals(wanted)
        ? memory(value, layout)
        : engine.view(owner, layout).setAddress(input(value, wanted).address());
  }

  /** Returns a view of a stored tensor in the network's memory. */
  Memory stored(String layer, TensorLayout tensor, Layout layout) {
    return engine.view(owner, layout).setAddress(stored.address(layer, tensor.parameter()));
  }

  /**
   * Returns a stored tensor in the layout that a kernel requires: itself, or a copy that {@link
   * #load} updates.
   */
  Memory arranged(Memory tensor, Layout wanted) {
    if (wanted.matches(tensor.layout())) {
      return tensor;
    }
    Memory copy = engine.memory(owner, wanted);
    reorders.add(engine.reorder(owner, tensor, copy)::run);
    return copy;
  }

  /** Returns a stored tensor as integers, in the layout that a kernel requires. */
  Memory arranged(WeightScales scales, Memory tensor, Layout wanted) {
    Memory copy = engine.memory(owner, wanted);
    reorders.add(engine.scaling(owner, tensor, copy, scales.axes(), scales.factors())::run);
    return copy;
  }

  /** Returns the values of a stored tensor, row-major. */
  float[] values(Memory tensor) {
    long[] shape = tensor.layout().shape();
    float[] values =
        new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    Resources temporary = engine.resources();
    Memory copy = engine.memory(temporary, Layout.rowMajor(shape));
    engine.reorder(temporary, tensor, copy).run();
    new FloatView(copy.address()).get(values);
    temporary.close();
    return values;
  }

  /** Returns memory with constant values. */
  Memory constant(float[] values) {
    Memory memory = engine.memory(owner, Layout.rowMajor(values.length));
    new FloatView(memory.address()).put(values);
    return memory;
  }

  /** Adds a kernel with all of its arguments. */
  void run(Kernel kernel) {
    kernels.add(kernel::run);
  }

  /**
   * Copies a value.
   *
   * @param encoding of the copy
   * @param to memory of the copy, with values of the type of the encoding
   */
  void copy(Value value, Encoding encoding, Memory to) {
    Memory from = memory(value);
    Reorder copy =
        value.encoding().scale() == encoding.scale()
            ? engine.reorder(owner, from, to)
            : engine.scaling(owner, from, to, 0, value.encoding().scale() / encoding.scale());
    kernels.add(copy::run);
  }

  /** Adds the values of the step before it to their ranges in every run. */
  void observe(Value value, ValueRanges ranges) {
    long address = memory(value).address();
    kernels.add(() -> ranges.add(value, address));
  }

  /** Updates the copies of stored tensors after their values have changed. */
  void load() {
    reorders.forEach(Runnable::run);
  }

  /** Moves the views of values that hold more images than one batch to the given image. */
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
