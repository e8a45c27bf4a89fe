package dev.convoy.worker.engine.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * A oneDNN primitive with its arguments. Building it for given shapes is slow; it is then run many
 * times.
 */
public sealed class Kernel permits Winograd {
  private final Engine engine;
  private final Resources owner;
  private final String name;
  private final dnnl_primitive_desc description;
  private final dnnl_primitive primitive = new dnnl_primitive();
  private final Layout scratch;
  private dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(0);
  private int[] keys = new int[0];
  private Memory[] memories = new Memory[0];
  private Memory boundScratch;

  /** Creates the kernel of a description, which is closed with its owner. */
  Kernel(Engine engine, Resources owner, String name, dnnl_primitive_desc description) {
    this.engine = engine;
    this.owner = owner;
    this.name = name;
    this.description = description;
    owner.onClose(() -> dnnl.dnnl_primitive_desc_destroy(description));
    Status.check(dnnl.dnnl_primitive_create(primitive, description), "build " + name);
    owner.onClose(() -> dnnl.dnnl_primitive_destroy(primitive));
    scratch = layout(dnnl.dnnl_query_scratchpad_md);
  }

  /**
   * Builds a kernel.
   *
   * @param name name for messages, such as {@code a convolution}
   * @param operation oneDNN's descriptor of the operation
   * @param hint the forward kernel of a backward kernel, or null
   * @throws OneDnnException if oneDNN has no such kernel
   */
  static Kernel build(
      Engine engine,
      Resources owner,
      String name,
      Pointer operation,
      Attributes attributes,
      Kernel hint) {
    dnnl_primitive_desc description =
        describe(engine, name, operation, attributes, hint)
            .orElseThrow(() -> new OneDnnException("oneDNN has no kernel for " + name));
    return new Kernel(engine, owner, name, description);
  }

  /** Returns the description of a kernel, or empty if oneDNN does not implement it. */
  static Optional<dnnl_primitive_desc> describe(
      Engine engine, String name, Pointer operation, Attributes attributes, Kernel hint) {
    try (Attributes closing = attributes) {
      dnnl_primitive_desc description = new dnnl_primitive_desc();
      int status =
          dnnl.dnnl_primitive_desc_create(
              description,
              new const_dnnl_op_desc_t(operation),
              closing.handle(),
              engine.handle(),
              hint == null ? null : hint.description);
      if (status == dnnl.dnnl_unimplemented) {
        return Optional.empty();
      }
      Status.check(status, "describe " + name);
      return Optional.of(description);
    }
  }

  /** Returns the layout that the kernel requires for an argument. */
  public Layout layout(Argument argument) {
    return layout(argument.query());
  }

  private Layout layout(int query) {
    return Layout.copyOf(dnnl.dnnl_primitive_desc_query_md(description, query, 0));
  }

  /** Returns the name of oneDNN's implementation, such as {@code brgconv:avx512_core}. */
  public String implementation() {
    org.bytedeco.javacpp.PointerPointer<?> text = new org.bytedeco.javacpp.PointerPointer<>(1);
    dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_impl_info_str, 0, text);
    return new org.bytedeco.javacpp.BytePointer(text.get(0)).getString();
  }

  /** Returns whether the implementation is optimised, and not oneDNN's slow reference. */
  public boolean isOptimised() {
    return !implementation().contains("ref");
  }

  /**
   * Returns whether the implementation exists for forward convolutions only, and not for gradients.
   */
  public boolean isForwardOnly() {
    return implementation().startsWith("brgconv");
  }

  /** Sets an argument for all runs. */
  public Kernel with(Argument argument, Memory memory) {
    return with(argument.key(), memory);
  }

  Kernel with(int key, Memory memory) {
    int last = keys.length;
    keys = java.util.Arrays.copyOf(keys, last + 1);
    memories = java.util.Arrays.copyOf(memories, last + 1);
    keys[last] = key;
    memories[last] = memory;
    boundScratch = null;
    return this;
  }

  /** Runs the kernel on its arguments. */
  public void run() {
    Memory needed = engine.scratch(scratch.bytes());
    if (boundScratch != needed) {
      bind(needed);
    }
    Status.check(
        dnnl.dnnl_primitive_execute(primitive, engine.stream(), keys.length + 1, arguments),
        "run " + name);
  }

  private void bind(Memory needed) {
    if (arguments.capacity() != keys.length + 1) {
      dnnl_exec_arg_t made = new dnnl_exec_arg_t(keys.length + 1L);
      arguments = made;
      owner.onClose(made::deallocate);
    }
    for (int i = 0; i < keys.length; i++) {
      arguments.position(i).arg(keys[i]).memory(memories[i].handle());
    }
    arguments.position(keys.length).arg(dnnl.DNNL_ARG_SCRATCHPAD).memory(needed.handle());
    arguments.position(0);
    boundScratch = needed;
  }
}
