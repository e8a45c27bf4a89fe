package dev.convoy.worker.program;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.layer.KernelCache;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.network.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of one network: one for each size of images, and more for batches that are smaller
 * than usual. A batch of any size goes through a program a few images at a time.
 */
public final class Programs {
  private final Network network;
  private final Stored stored;
  private final KernelCache<ImageShape, SizePrograms> sizes;
  private int version;

  /** Where the stored values of layers lie. */
  public interface Stored {
    /** The native address of a tensor. */
    long address(String layer, String parameter);
  }

  /**
   * None yet: they are built when they are needed.
   *
   * @param engine whose close closes them
   * @param network one that {@link #whyUnsupported} has nothing against
   * @param stored must stay where it is
   */
  public Programs(Engine engine, Network network, Stored stored) {
    this.network = network;
    this.stored = stored;
    this.sizes = new KernelCache<>(engine);
  }

  /** Why a network cannot score in this way, or empty. */
  public static Optional<String> whyUnsupported(Network network) {
    return Lowering.whyUnsupported(network);
  }

  /** Tells that stored values have changed. */
  public void parametersChanged() {
    version++;
  }

  /**
   * Scores a batch.
   *
   * @param features native address of {@code n} images {@code (height, width, channels)}, one after
   *     another
   * @return row-major {@code (n, labels)}: probabilities
   */
  public float[] probabilities(ImageShape shape, int n, long features) {
    SizePrograms size =
        sizes.get(
            shape, (engine, owner) -> new SizePrograms(engine, owner, network.at(shape), stored));
    Program program = size.program(n);
    program.load(version);
    float[] all = new float[Math.multiplyExact(n, network.labels())];
    for (int first = 0; first < n; first += program.images()) {
      long from = features + (long) Float.BYTES * first * shape.size();
      int count = Math.min(program.images(), n - first);
      program.run(from, count, all, first * network.labels());
    }
    return all;
  }

  private static final class SizePrograms {
    private final Engine engine;
    private final Resources owner;
    private final int labels;
    private final Lowering.StepList list;
    private final Stored stored;
    private final Map<Integer, Program> byBatch = new HashMap<>();

    SizePrograms(Engine engine, Resources owner, Network network, Stored stored) {
      this.engine = engine;
      this.owner = owner;
      this.labels = network.labels();
      this.list = Lowering.lower(network);
      this.stored = stored;
    }

    Program program(int batch) {
      return byBatch.computeIfAbsent(
          Math.min(Schedule.usualImages(list), powerOfTwoFrom(batch)),
          images -> new Program(engine, owner, list, labels, images, stored));
    }

    private static int powerOfTwoFrom(int n) {
      return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }
  }
}
