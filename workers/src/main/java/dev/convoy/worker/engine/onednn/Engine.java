package dev.convoy.worker.engine.onednn;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * oneDNN on one thread, for one network: what its layers make with it, they make, run and close on
 * that thread. Closing the engine closes all that is left.
 */
public final class Engine implements AutoCloseable {
  private final dnnl_engine engine = new dnnl_engine();
  private final dnnl_stream stream = new dnnl_stream();
  private final Set<Resources> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private Resources scratchOwner = new Resources();
  private Memory scratch;
  private Resources temporaryOwner = new Resources();
  private Memory temporary;
  private boolean closed;

  /** Opens it on the calling thread. */
  public Engine() {
    Status.check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "open the CPU");
    Status.check(
        dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags), "open a stream");
  }

  /** Why this process cannot use oneDNN, or empty. */
  public static String whyUnavailable() {
    return Availability.REASON;
  }

  /** The version of oneDNN, such as {@code 2.5.2}, where it is available. */
  public static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /** Resources that live until they, or the engine, are closed. */
  public Resources resources() {
    requireOpen();
    Resources resources = new Resources();
    open.add(resources);
    resources.onClose(() -> open.remove(resources));
    return resources;
  }

  /** Memory of its own. */
  public Memory memory(Resources owner, Layout layout) {
    return Memory.own(this, owner, layout);
  }

  /** A window on memory of others. */
  public Memory window(Resources owner, Layout layout) {
    return Memory.window(this, owner, layout);
  }

  /** Copies tensors from one layout to another. */
  public Reorder reorder(Resources owner, Memory from, Memory to) {
    return new Reorder(this, owner, from, to);
  }

  /** Copies tensors into one, their maps one after another. */
  public Concatenation concatenation(Resources owner, List<Memory> parts, Memory whole) {
    return new Concatenation(this, owner, parts, whole);
  }

  dnnl_engine handle() {
    return engine;
  }

  /**
   * What kernels run on.
   *
   * @throws IllegalStateException if the engine is closed
   */
  dnnl_stream stream() {
    requireOpen();
    return stream;
  }

  /**
   * The address of memory that a layer uses within one pass, shared by all layers of this engine:
   * what it held before is lost.
   */
  public long temporary(long bytes) {
    if (temporary == null || temporary.layout().bytes() < bytes) {
      temporaryOwner.close();
      temporaryOwner = new Resources();
      temporary = memory(temporaryOwner, Layout.rowMajor((bytes + Float.BYTES - 1) / Float.BYTES));
    }
    return temporary.address();
  }

  /** Memory that a kernel uses while it runs, shared by all kernels of this engine. */
  Memory scratch(long bytes) {
    if (scratch == null || scratch.layout().bytes() < bytes) {
      scratchOwner.close();
      scratchOwner = new Resources();
      scratch = memory(scratchOwner, Layout.rowMajor((bytes + Float.BYTES - 1) / Float.BYTES));
    }
    return scratch;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The engine is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Set.copyOf(open).forEach(Resources::close);
    scratchOwner.close();
    temporaryOwner.close();
    dnnl.dnnl_stream_destroy(stream);
    dnnl.dnnl_engine_destroy(engine);
  }

  private static final class Availability {
    static final String REASON = reason();

    private static String reason() {
      try {
        new Engine().close();
        return "";
      } catch (LinkageError | OneDnnException e) {
        return "oneDNN does not load here: " + e;
      }
    }
  }
}
