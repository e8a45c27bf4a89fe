package dev.convoy.driver.scaling;

import dev.convoy.worker.network.summary.ReplicaMemory;

/**
 * Estimate of the memory that the processes of a run need, in bytes. With {@code V} bytes of
 * parameters and averaged updater state:
 *
 * <ul>
 *   <li>heap of an executor: the JVM and Spark, its part of the examples, {@code 2·V} for the state
 *       and the broadcast that it came from, {@code V} for the results of each replica, another
 *       {@code V} for what each has sent if rounds overlap, and what it receives of its chunks
 *       before it is combined
 *   <li>beside that heap: the JVM, its replicas' networks, and what is being sent
 *   <li>heap of the driver: the JVM and Spark, and {@code 4·V} for the last state, the one that
 *       arrives, and their serialised form
 * </ul>
 *
 * @param executorHeap for {@code spark.executor.memory}
 * @param executorOverhead for {@code spark.executor.memoryOverhead}
 * @param driverHeap for {@code CONVOY_DRIVER_MEMORY} or {@code --driver-memory}
 */
public record MemoryNeed(long executorHeap, long executorOverhead, long driverHeap) {
  private static final long MIB = 1 << 20;
  private static final long SPARK = 350 * MIB;
  private static final long NATIVE_OF_JVM = 384 * MIB;
  private static final long ON_THE_WAY = 32 * MIB;

  /** Fraction of a heap that can be filled without collecting garbage all the time. */
  private static final double FILLED = 0.8;

  /** Step to which needs are rounded up. */
  private static final long STEP = 256 * MIB;

  /** Spark refuses smaller heaps. */
  private static final long SMALLEST_HEAP = 512 * MIB;

  /**
   * Estimates the need of a run.
   *
   * @param overlaps whether replicas keep what they have sent
   * @param shardBytes bytes of the examples of one executor
   * @param replica native memory of one replica
   */
  public static MemoryNeed of(
      Exchange exchange, boolean overlaps, long shardBytes, ReplicaMemory replica) {
    long vectors = exchange.bytesInMemory();
    int replicas = exchange.replicasPerExecutor();
    long received = exchange.busiest().received();
    return new MemoryNeed(
        heap(shardBytes + (2 + (overlaps ? 2 : 1) * replicas) * vectors + received),
        rounded(NATIVE_OF_JVM + ON_THE_WAY + replica.total()),
        heap(4 * vectors));
  }

  private static long heap(long content) {
    return Math.max(SMALLEST_HEAP, rounded((long) ((SPARK + content) / FILLED)));
  }

  private static long rounded(long bytes) {
    return (bytes + STEP - 1) / STEP * STEP;
  }
}
