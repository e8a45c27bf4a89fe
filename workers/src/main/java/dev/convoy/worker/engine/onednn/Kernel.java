package dev.convoy.worker.engine.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * One oneDNN primitive with its arguments. It is built once for its shapes, which is slow, and run
 * many times.
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

  /** The kernel of a description, which it closes with its owner. */
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
   * @param name for messages, such as {@code a convolution}
   * @param operation oneDNN's descriptor of the operation
   * @param hint the forward kernel that a backward kernel belongs to, or null
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

  /** The description of a kernel, if oneDNN has one. */
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

  /** A kernel of a description that is made in another way, as reorders, sums and concats are. */
  static Kernel of(Engine engine, Resources owner, String name, dnnl_primitive_desc description) {
    return new Kernel(engine, owner, name, description);
  }

  /** The layout that the kernel wants of one of its arguments. */
  public Layout layout(Argument argument) {
    return layout(argument.query());
  }

  private Layout layout(int query) {
    return Layout.copyOf(dnnl.dnnl_primitive_desc_query_md(description, query, 0));
  }

  /** Its implementation, such as {@code brgconv:avx512_core}. */
  public String implementation() {
    org.bytedeco.javacpp.PointerPointer<?> text = new org.bytedeco.javacpp.PointerPointer<>(1);
    dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_impl_info_str, 0, text);
    return new org.bytedeco.javacpp.BytePointer(text.get(0)).getString();
  }

  /** Whether it is more than oneDNN's reference, which is right for everything but slow. */
  public boolean isOptimised() {
    return !implementation().contains("ref");
  }

  /** Whether it is a convolution of a kind that oneDNN has for outputs but not for gradients. */
  public boolean isOutputsOnly() {
    return implementation().startsWith("brgconv");
  }

  /** Sets an argument, for all runs. */
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

  /** Runs on the memories that are set. */
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
