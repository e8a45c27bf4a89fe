package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** A tensor of oneDNN: memory that it owns, or a view of memory that is owned elsewhere. */
public final class Memory {
  private final Layout layout;
  private final dnnl_memory handle;
  private final Address address;

  private Memory(Layout layout, dnnl_memory handle, Address address) {
    this.layout = layout;
    this.handle = handle;
    this.address = address;
  }

  /** Allocates memory, aligned to a cache line, that is freed with its owner. */
  static Memory allocate(Engine engine, Resources owner, Layout layout) {
    return create(engine, owner, layout, -1); // DNNL_MEMORY_ALLOCATE
  }

  /** Creates a view of memory whose address is set before each run by {@link #setAddress}. */
  static Memory view(Engine engine, Resources owner, Layout layout) {
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

  /** Returns the native address of the first value; for a view, the address that was set last. */
  public long address() {
    return address.address();
  }

  /** Sets the native address of a view. The address must stay valid until the kernels have run. */
  public Memory setAddress(long nativeAddress) {
    if (address.address() != nativeAddress) {
      address.set(nativeAddress);
      Status.check(dnnl.dnnl_memory_set_data_handle(handle, address), "move a tensor");
    }
    return this;
  }

  /** A pointer whose address can be set. */
  private static final class Address extends Pointer {
    void set(long value) {
      address = value;
    }
  }
}
