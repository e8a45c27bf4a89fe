package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.util.HashMap;
import java.util.Map;

/**
 * The mean of the replicas' vectors, weighted by their numbers of examples.
 *
 * <p>With {@code n_k} examples seen by replica {@code k}, weights {@code w_k = n_k / Σ n_j} and the
 * common start vector {@code p}, the mean delta is {@code Σ w_k · (p_k − p)} (parameter mixing of
 * McDonald et al., Distributed training strategies for the structured perceptron, 2010; the weights
 * are those of federated averaging, McMahan et al., 2017).
 *
 * <p>Sums are taken in double precision along a binary tree over the replica numbers ({@link
 * SumNode}). The order in which tasks finish, and the processes in which parts of the sum are
 * computed, cannot change a bit. A replica with the whole weight keeps its bits, without the
 * rounding of {@code p + (p_k − p)}.
 */
public final class WeightedMean {
  private final FloatSlice start;
  private final long totalExamples;
  private final Map<SumNode, Term> terms = new HashMap<>();
  private int replicas;
  private long added;
  private FloatSlice only;
  private volatile boolean finite;

  /** A known part of the sum. */
  private interface Term {
    /** Stores the values {@code [first, end)} of the chunk into {@code to}, from its index 0. */
    void store(int first, int end, double[] to);

    /** Adds the values {@code [first, end)} of the chunk to {@code to}, from its index 0. */
    void add(int first, int end, double[] to);
  }

  /**
   * Starts a mean.
   *
   * @param start the vector that every replica started from; not copied
   * @param totalExamples {@code Σ n_k}, at least 1
   */
  public WeightedMean(float[] start, long totalExamples) {
    this(FloatSlice.of(start), totalExamples);
  }

  /** Starts the mean of a part of the vectors. */
  public WeightedMean(FloatSlice start, long totalExamples) {
    Checks.atLeast(1, totalExamples, "totalExamples");
    this.start = start;
    this.totalExamples = totalExamples;
  }

  /**
   * Adds the vector of the next replica, from replica 0 on. A replica that saw no example adds
   * nothing.
   *
   * @param vector not copied: it must not change before the mean is taken
   * @throws IllegalArgumentException if the vector is of another length, or the examples negative
   */
  public void add(float[] vector, long examples) {
    add(replicas, FloatSlice.of(vector), examples);
  }

  /**
   * Adds the values of a replica. A replica that saw no example adds nothing.
   *
   * @param values not copied: they must not change before the mean is taken
   * @throws IllegalArgumentException if their number is another one, or the examples negative
   */
  public void add(int replica, FloatSlice values, long examples) {
    Checks.atLeast(0, examples, "examples");
    replicas = Math.max(replicas, replica + 1);
    if (examples == 0) {
      return;
    }
    requireLength(values.length());
    put(SumNode.leaf(replica), new Replica(values, (double) examples / totalExamples), examples);
    only = values;
  }

  /**
   * Adds the sum of a node of the tree that was computed elsewhere.
   *
   * @param sum result of {@link #sum} with the same start and total; not copied
   * @param examples those of all replicas of the node, at least 1
   * @throws IllegalArgumentException if the sum is of another length
   */
  public void addSum(SumNode node, double[] sum, long examples) {
    Checks.atLeast(1, examples, "examples");
    requireLength(sum.length);
    replicas =
        (int) Math.max(replicas, Math.min(Integer.MAX_VALUE, node.first() + (1L << node.level())));
    put(node, new Sum(sum), examples);
    only = null;
  }

  private void put(SumNode node, Term term, long examples) {
    if (terms.put(node, term) != null) {
      throw new IllegalArgumentException("Cannot average: " + node + " was added twice");
    }
    added = Math.addExact(added, examples);
  }

  private void requireLength(int length) {
    if (length != start.length()) {
      throw new IllegalArgumentException(
          "Cannot average " + length + " values into " + start.length());
    }
  }

  /**
   * Returns {@code Σ w_k · (p_k − p)} over the replicas of a node, some of which were added.
   *
   * @return a new array
   */
  public double[] sum(SumNode node) {
    double[] sum = new double[start.length()];
    Blocks.forEach(
        sum.length,
        (first, end) -> {
          double[] block = new double[end - first];
          store(node, first, end, block, new double[node.level() + 1][]);
          System.arraycopy(block, 0, sum, first, block.length);
        });
    return sum;
  }

  /**
   * Computes the mean.
   *
   * @throws IllegalStateException if the number of examples added is not the total
   */
  public float[] mean() {
    float[] mean = new float[start.length()];
    meanInto(FloatSlice.of(mean));
    return mean;
  }

  /**
   * Computes the mean into a slice, which may be the start itself.
   *
   * @throws IllegalStateException if the number of examples added is not the total
   * @throws IllegalArgumentException if the slice has another length
   */
  public void meanInto(FloatSlice mean) {
    requireLength(mean.length());
    if (added != totalExamples) {
      throw new IllegalStateException(
          "Cannot average: " + added + " of " + totalExamples + " examples were added");
    }
    if (terms.size() == 1 && only != null) {
      System.arraycopy(only.array(), only.first(), mean.array(), mean.first(), mean.length());
      finite = mean.isFinite();
      return;
    }
    finite = true;
    SumNode root = SumNode.root(replicas);
    // One thread sums each value in the order of the tree, so the number of threads changes no bit.
    Blocks.forEach(mean.length(), (first, end) -> average(root, mean, first, end));
  }

  private void average(SumNode root, FloatSlice mean, int first, int end) {
    double[] delta = new double[end - first];
    store(root, first, end, delta, new double[root.level() + 1][]);
    float[] from = start.array();
    int offset = start.first() + first;
    float[] to = mean.array();
    int target = mean.first() + first;
    boolean all = true;
    for (int i = 0; i < end - first; i++) {
      float value = (float) (from[offset + i] + delta[i]);
      to[target + i] = value;
      all &= Float.isFinite(value);
    }
    if (!all) {
      finite = false;
    }
  }

  /**
   * Stores the sum of a node.
   *
   * @param buffers one for each level, made when it is first needed
   * @return whether any replica of the node was added; otherwise nothing is stored
   */
  private boolean store(SumNode node, int first, int end, double[] to, double[][] buffers) {
    Term known = terms.get(node);
    if (known != null) {
      known.store(first, end, to);
      return true;
    }
    if (node.level() == 0 || node.first() >= replicas) {
      return false;
    }
    if (!store(node.left(), first, end, to, buffers)) {
      return store(node.right(), first, end, to, buffers);
    }
    add(node.right(), first, end, to, buffers);
    return true;
  }

  private void add(SumNode node, int first, int end, double[] to, double[][] buffers) {
    Term known = terms.get(node);
    if (known != null) {
      known.add(first, end, to);
      return;
    }
    int level = node.level();
    if (level == 0 || node.first() >= replicas) {
      return;
    }
    if (buffers[level] == null) {
      buffers[level] = new double[end - first];
    }
    double[] sum = buffers[level];
    if (store(node, first, end, sum, buffers)) {
      for (int i = 0; i < end - first; i++) {
        to[i] += sum[i];
      }
    }
  }

  /** Whether every value of the computed mean is finite. */
  public boolean isFinite() {
    return finite;
  }

  /** Returns the index of the first value that is not finite, or -1. */
  public static int firstNotFinite(float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return i;
      }
    }
    return -1;
  }

  /** The weighted delta of a replica. */
  private final class Replica implements Term {
    private final float[] array;
    private final int offset;
    private final double weight;

    Replica(FloatSlice values, double weight) {
      this.array = values.array();
      this.offset = values.first();
      this.weight = weight;
    }

    @Override
    public void store(int first, int end, double[] to) {
      float[] from = start.array();
      int startOffset = start.first() + first;
      int own = offset + first;
      for (int i = 0; i < end - first; i++) {
        to[i] = weight * ((double) array[own + i] - from[startOffset + i]);
      }
    }

    @Override
    public void add(int first, int end, double[] to) {
      float[] from = start.array();
      int startOffset = start.first() + first;
      int own = offset + first;
      for (int i = 0; i < end - first; i++) {
        to[i] += weight * ((double) array[own + i] - from[startOffset + i]);
      }
    }
  }

  /** A sum that was computed elsewhere. */
  private static final class Sum implements Term {
    private final double[] values;

    Sum(double[] values) {
      this.values = values;
    }

    @Override
    public void store(int first, int end, double[] to) {
      System.arraycopy(values, first, to, 0, end - first);
    }

    @Override
    public void add(int first, int end, double[] to) {
      for (int i = 0; i < end - first; i++) {
        to[i] += values[first + i];
      }
    }
  }
}
