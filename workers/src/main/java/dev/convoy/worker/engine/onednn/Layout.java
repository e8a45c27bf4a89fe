package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The shape of a tensor of 32-bit floats and where its values lie in memory.
 *
 * <p>Feature maps have shape {@code (n, channels, height, width)} and lie channels-last: all
 * channels of one pixel side by side. Weights of a convolution have shape {@code (maps, channels,
 * rows, columns)}, or {@code (groups, maps / groups, channels / groups, rows, columns)}.
 */
public final class Layout {
  private final dnnl_memory_desc_t descriptor;
  private final long[] shape;

  private Layout(dnnl_memory_desc_t descriptor, long[] shape) {
    this.descriptor = descriptor;
    this.shape = shape;
  }

  /** Feature maps, all channels of one pixel side by side. */
  public static Layout channelsLast(long n, long channels, long height, long width) {
    return strided(
        new long[] {n, channels, height, width},
        new long[] {height * width * channels, 1, width * channels, channels});
  }

  /** Values in the order of the indices, the last one fastest. */
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
   * Values at given distances.
   *
   * @param strides values from one index to the next, along each axis
   */
  public static Layout strided(long[] shape, long[] strides) {
    dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
    Status.check(
        dnnl.dnnl_memory_desc_init_by_strides(
            descriptor, shape.length, shape, dnnl.dnnl_f32, strides),
        "describe a tensor of shape " + Arrays.toString(shape));
    return new Layout(descriptor, shape.clone());
  }

  /** Whatever order oneDNN finds best. */
  public static Layout any(long... shape) {
    return tagged(dnnl.dnnl_format_tag_any, shape);
  }

  /** Feature maps, 16 channels of one pixel side by side: all pixels of these, then the next 16. */
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

  /** No tensor, for an argument that may be left out. */
  public static Layout none() {
    return new Layout(new dnnl_memory_desc_t().ndims(0), new long[0]);
  }

  /** A copy of a descriptor of oneDNN's. */
  static Layout copyOf(dnnl_memory_desc_t descriptor) {
    dnnl_memory_desc_t copy = new dnnl_memory_desc_t();
    org.bytedeco.javacpp.Pointer.memcpy(copy, descriptor, descriptor.sizeof());
    long[] shape = new long[descriptor.ndims()];
    descriptor.dims().get(shape);
    return new Layout(copy, shape);
  }

  dnnl_memory_desc_t descriptor() {
    return descriptor;
  }

  /** Its extents. */
  public long[] shape() {
    return shape.clone();
  }

  /** Bytes from the first value to the last, with the padding of blocked layouts. */
  public long bytes() {
    return dnnl.dnnl_memory_desc_get_size(descriptor);
  }

  /** Whether shape and order are the same. */
  public boolean matches(Layout other) {
    return dnnl.dnnl_memory_desc_equal(descriptor, other.descriptor) != 0;
  }
}
