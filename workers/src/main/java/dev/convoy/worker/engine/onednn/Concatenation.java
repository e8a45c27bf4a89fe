package dev.convoy.worker.engine.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/** Concatenates tensors along the channel axis. */
public final class Concatenation {
  private static final int MAPS = 1;

  private final Kernel kernel;

  Concatenation(Engine engine, Resources owner, List<Memory> parts, Memory whole) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    try (Attributes attributes = new Attributes();
        dnnl_memory_desc_t layouts = new dnnl_memory_desc_t(parts.size())) {
      for (int i = 0; i < parts.size(); i++) {
        Pointer.memcpy(layouts.getPointer(i), parts.get(i).layout().descriptor(), layouts.sizeof());
      }
      Status.check(
          dnnl.dnnl_concat_primitive_desc_create(
              description,
              whole.layout().descriptor(),
              parts.size(),
              MAPS,
              layouts,
              attributes.handle(),
              engine.handle()),
          "describe a concatenation");
    }
    kernel = new Kernel(engine, owner, "a concatenation", description).with(Argument.DST, whole);
    for (int i = 0; i < parts.size(); i++) {
      kernel.with(dnnl.DNNL_ARG_MULTIPLE_SRC + i, parts.get(i));
    }
  }

  /** Copies all parts into the output. */
  public void run() {
    kernel.run();
  }
}
