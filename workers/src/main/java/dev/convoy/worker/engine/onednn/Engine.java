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
  private final Shared scratch = new Shared();
  private final Shared temporary = new Shared();
  private final Shared blockedSource = new Shared();
  private final Shared blockedDestination = new Shared();
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
    return temporary.of(bytes).address();
  }

  /** Memory that a kernel uses while it runs, shared by all kernels of this engine. */
  Memory scratch(long bytes) {
    return scratch.of(bytes);
  }

  /** The address of a blocked copy of what a kernel takes, while it runs. */
  long blockedSource(long bytes) {
    return blockedSource.of(bytes).address();
  }

  /** The address of a blocked copy of what a kernel puts out, while it runs. */
  long blockedDestination(long bytes) {
    return blockedDestination.of(bytes).address();
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
    List.of(scratch, temporary, blockedSource, blockedDestination).forEach(Shared::close);
    dnnl.dnnl_stream_destroy(stream);
    dnnl.dnnl_engine_destroy(engine);
  }

  /** Memory of the size that was asked for most; what it held before is lost when it grows. */
  private final class Shared {
    private Resources owner = new Resources();
    private Memory memory;

    Memory of(long bytes) {
      if (memory == null || memory.layout().bytes() < bytes) {
        owner.close();
        owner = new Resources();
        memory =
            Engine.this.memory(owner, Layout.rowMajor((bytes + Float.BYTES - 1) / Float.BYTES));
      }
      return memory;
    }

    void close() {
      owner.close();
    }
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
