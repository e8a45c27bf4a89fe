package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** A tensor as kernels see it: memory of its own, or a window that is set on memory of others. */
public final class Memory {
  private final Layout layout;
  private final dnnl_memory handle;
  private final Address address;

  private Memory(Layout layout, dnnl_memory handle, Address address) {
    this.layout = layout;
    this.handle = handle;
    this.address = address;
  }

  /** Memory of its own, aligned to a cache line, until the resources are closed. */
  static Memory own(Engine engine, Resources owner, Layout layout) {
    return create(engine, owner, layout, -1); // DNNL_MEMORY_ALLOCATE
  }

  /** A window on memory that is given before each run, by {@link #at}. */
  static Memory window(Engine engine, Resources owner, Layout layout) {
    return create(engine, owner, layout, 0); // DNNL_MEMORY_NONE
  }

  private static Memory create(Engine engine, Resources owner, Layout layout, long where) {
    dnnl_memory handle = new dnnl_memory();
    Address address = new Address();
    address.set(where);
    Status.check(
        dnnl.dnnl_memory_create(handle, layout.descriptor(), engine.handle(), address),
        "make a tensor of " + layout.bytes() + " bytes");
    owner.onClose(() -> dnnl.dnnl_memory_destroy(handle));
    address.set(found(handle));
    return new Memory(layout, handle, address);
  }

  private static long found(dnnl_memory handle) {
    try (PointerPointer<?> found = new PointerPointer<>(1)) {
      Status.check(dnnl.dnnl_memory_get_data_handle(handle, found), "find a tensor");
      Pointer data = found.get(0);
      return data == null ? 0 : data.address();
    }
  }

  public Layout layout() {
    return layout;
  }

  dnnl_memory handle() {
    return handle;
  }

  /** Where its values lie: those of a window, where it was set last. */
  public long address() {
    return address.address();
  }

  /** Sets the window on a native address, which must stay valid until the kernels have run. */
  public Memory at(long nativeAddress) {
    if (address.address() != nativeAddress) {
      address.set(nativeAddress);
      Status.check(dnnl.dnnl_memory_set_data_handle(handle, address), "move a tensor");
    }
    return this;
  }

  /** A pointer that can be set. */
  private static final class Address extends Pointer {
    void set(long value) {
      address = value;
    }
  }
}
