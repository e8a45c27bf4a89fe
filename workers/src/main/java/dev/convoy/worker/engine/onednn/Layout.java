package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The shape, memory layout and value type of a tensor. Values are float32 unless {@link #as} says
 * otherwise.
 *
 * <p>Feature maps have shape {@code (n, channels, height, width)} and are channels-last: the
 * channels of one pixel are contiguous. Weights of a convolution have shape {@code (maps, channels,
 * rows, columns)}, or {@code (groups, maps / groups, channels / groups, rows, columns)}.
 */
public final class Layout {
  private final dnnl_memory_desc_t descriptor;
  private final long[] shape;

  private Layout(dnnl_memory_desc_t descriptor, long[] shape) {
    this.descriptor = descriptor;
    this.shape = shape;
  }

  /** Creates the channels-last layout of feature maps. */
  public static Layout channelsLast(long n, long channels, long height, long width) {
    return strided(
        new long[] {n, channels, height, width},
        new long[] {height * width * channels, 1, width * channels, channels});
  }

  /** Creates a row-major layout: the last index varies fastest. */
  public static Layout rowMajor(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strided(shape, strides);
  }

  /**
   * Creates a layout of given strides.
   *
   * @param strides distance in values from one index to the next, for each axis
   */
  public static Layout strided(long[] shape, long[] strides) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Status.check(
        dnnl.dnnl_memory_desc_init_by_strides(
            descriptor, shape.length, shape, dnnl.dnnl_f32, strides),
        "describe a tensor of shape " + Arrays.toString(shape));
    return new Layout(descriptor, shape.clone());
  }

  /** Creates a layout whose order oneDNN chooses. */
  public static Layout any(long... shape) {
    return tagged(dnnl.dnnl_format_tag_any, shape);
  }

  /** Creates the blocked layout of feature maps: 16 channels of every pixel, then the next 16. */
  static Layout blocked(long n, long channels, long height, long width) {
    return tagged(dnnl.dnnl_nChw16c, n, channels, height, width);
  }

  private static Layout tagged(int tag, long... shape) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Status.check(
        dnnl.dnnl_memory_desc_init_by_tag(descriptor, shape.length, shape, dnnl.dnnl_f32, tag),
        "describe a tensor of shape " + Arrays.toString(shape));
    return new Layout(descriptor, shape.clone());
  }

  /** Creates the layout of an optional argument that is absent. */
  public static Layout none() {
    return new Layout(new dnnl_memory_desc_t().ndims(0), new long[0]);
  }

  /** Creates a layout from a copy of a oneDNN descriptor. */
  static Layout copyOf(dnnl_memory_desc_t descriptor) {
    dnnl_memory_desc_t copy = new dnnl_memory_desc_t();
    org.bytedeco.javacpp.Pointer.memcpy(copy, descriptor, descriptor.sizeof());
    long[] shape = new long[descriptor.ndims()];
    descriptor.dims().get(shape);
    return new Layout(copy, shape);
  }

  /** Returns the same shape and memory order with values of another type. */
  public Layout as(ValueType type) {
    Layout copy = copyOf(descriptor);
    copy.descriptor.data_type(type.number());
    return copy;
  }

  /** Returns the type of the values. */
  public ValueType type() {
    int number = descriptor.data_type();
    for (ValueType type : ValueType.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw new IllegalStateException("Convoy has no values of oneDNN's type " + number);
  }

  dnnl_memory_desc_t descriptor() {
    return descriptor;
  }

  /** Returns the extent of each axis. */
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the size in bytes, including the padding of blocked layouts. */
  public long bytes() {
    return dnnl.dnnl_memory_desc_get_size(descriptor);
  }

  /** Returns whether shape, memory order and value type are equal. */
  public boolean matches(Layout other) {
    return dnnl.dnnl_memory_desc_equal(descriptor, other.descriptor) != 0;
  }
}
