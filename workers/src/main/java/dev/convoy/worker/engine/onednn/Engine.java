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
 * A oneDNN engine with its stream, for one network on one thread. Layers create, run and close
 * their kernels and memories on that thread. Closing the engine closes all of them.
 */
public final class Engine implements AutoCloseable {
  private final dnnl_engine engine = new dnnl_engine();
  private final dnnl_stream stream = new dnnl_stream();
  private final Set<Resources> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final SharedMemory scratch = new SharedMemory();
  private final SharedMemory temporary = new SharedMemory();
  private final SharedMemory blockedSource = new SharedMemory();
  private final SharedMemory blockedDestination = new SharedMemory();
  private boolean closed;

  /** Opens an engine on the calling thread. */
  public Engine() {
    Status.check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "open the CPU");
    Status.check(
        dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags), "open a stream");
  }

  /** Returns why this process cannot use oneDNN, or an empty string if it can. */
  public static String whyUnavailable() {
    return Availability.REASON;
  }

  /** Returns the version of oneDNN, such as {@code 2.5.2}. oneDNN must be available. */
  public static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /**
   * Returns whether oneDNN computes with values of a type by instructions of this CPU, and does not
   * emulate them.
   */
  public static boolean isFast(ValueType type) {
    return switch (type) {
      case FLOAT32 -> true;
      case BFLOAT16 -> has(dnnl.dnnl_cpu_isa_avx512_core_bf16);
      case INT8, UINT8 -> has(dnnl.dnnl_cpu_isa_avx512_core_vnni);
    };
  }

  private static boolean has(int instructions) {
    int found = whyUnavailable().isEmpty() ? dnnl.dnnl_get_effective_cpu_isa() : 0;
    return (found & instructions) == instructions;
  }

  /** Creates resources that live until they, or the engine, are closed. */
  public Resources resources() {
    requireOpen();
    Resources resources = new Resources();
    open.add(resources);
    resources.onClose(() -> open.remove(resources));
    return resources;
  }

  /** Allocates memory. */
  public Memory memory(Resources owner, Layout layout) {
    return Memory.allocate(this, owner, layout);
  }

  /** Creates a view of memory that is owned elsewhere; see {@link Memory#setAddress}. */
  public Memory view(Resources owner, Layout layout) {
    return Memory.view(this, owner, layout);
  }

  /** Creates a copy from one layout to another. */
  public Reorder reorder(Resources owner, Memory from, Memory to) {
    return new Reorder(this, owner, from, to, new float[0], 0);
  }

  /**
   * Creates a copy from one layout to another with other values: {@code to = factor·from}, rounded
   * to the nearest value of the type, half to even, and limited to its range.
   *
   * @param axes number of leading axes for whose indices the factors differ, 0 for one factor
   * @param factors one for each combination of their indices, row-major
   */
  public Reorder scaling(Resources owner, Memory from, Memory to, int axes, float... factors) {
    return new Reorder(this, owner, from, to, factors, (1 << axes) - 1);
  }

  /** Creates a concatenation along the channel axis. */
  public Concatenation concatenation(Resources owner, List<Memory> parts, Memory whole) {
    return new Concatenation(this, owner, parts, whole);
  }

  dnnl_engine handle() {
    return engine;
  }

  /**
   * Returns the stream on which kernels run.
   *
   * @throws IllegalStateException if the engine is closed
   */
  dnnl_stream stream() {
    requireOpen();
    return stream;
  }

  /**
   * Returns the address of memory that a layer may use within one pass. All layers of the engine
   * share it, so its contents do not outlive the pass.
   */
  public long temporary(long bytes) {
    return temporary.reserve(bytes).address();
  }

  /** Returns scratch memory for a running kernel. All kernels of the engine share it. */
  Memory scratch(long bytes) {
    return scratch.reserve(bytes);
  }

  /** Returns the address of shared memory for a blocked copy of a running kernel's input. */
  long blockedSource(long bytes) {
    return blockedSource.reserve(bytes).address();
  }

  /** Returns the address of shared memory for a blocked copy of a running kernel's output. */
  long blockedDestination(long bytes) {
    return blockedDestination.reserve(bytes).address();
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
    List.of(scratch, temporary, blockedSource, blockedDestination).forEach(SharedMemory::close);
    dnnl.dnnl_stream_destroy(stream);
    dnnl.dnnl_engine_destroy(engine);
  }

  /**
   * Shared memory that grows to the largest size requested. Its contents are lost when it grows.
   */
  private final class SharedMemory {
    private Resources owner = new Resources();
    private Memory memory;

    Memory reserve(long bytes) {
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
