package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A node of the binary tree in which the replicas' vectors are summed: it covers the replicas
 * {@code [first, first + 2^level)}. The tree depends on replica numbers alone. So a process that
 * holds all replicas of a node can sum them where they are, and the whole sum has the same bits
 * wherever its parts were computed.
 *
 * @param first number of the first replica, a multiple of {@code 2^level}
 * @param level 0 for a single replica, at most {@value #HIGHEST}
 */
public record SumNode(int first, int level) implements Serializable {
  /** The level of a tree over all numbers that an int can hold. */
  static final int HIGHEST = 30;

  public SumNode {
    Checks.atLeast(0, first, "first");
    Checks.that(level >= 0 && level <= HIGHEST, "level", level + " (must be 0 to " + HIGHEST + ")");
    Checks.that(
        first % (1 << level) == 0,
        "first",
        first + " (must be a multiple of " + (1 << level) + ")");
  }

  /** Returns the node of a single replica. */
  public static SumNode leaf(int replica) {
    return new SumNode(replica, 0);
  }

  /** Returns the smallest node that begins with replica 0 and covers so many replicas. */
  static SumNode root(int replicas) {
    int level = 0;
    while (1L << level < replicas) {
      level++;
    }
    return new SumNode(0, level);
  }

  /** Returns the lower half; the level must be above 0. */
  SumNode left() {
    return new SumNode(first, level - 1);
  }

  /** Returns the upper half; the level must be above 0. */
  SumNode right() {
    return new SumNode(first + (1 << (level - 1)), level - 1);
  }

  /** Whether a replica lies under this node. */
  public boolean covers(int replica) {
    return replica >= first && (long) replica < (long) first + (1L << level);
  }

  /**
   * Returns the largest nodes whose replicas are all in a set, in ascending order.
   *
   * @param own the set
   * @param replicas number of all replicas; higher numbers do not exist and are missing nowhere
   */
  public static List<SumNode> cover(Set<Integer> own, int replicas) {
    List<SumNode> found = new ArrayList<>();
    root(replicas).cover(own, replicas, found);
    return found;
  }

  private void cover(Set<Integer> own, int replicas, List<SumNode> found) {
    if (first >= replicas) {
      return;
    }
    boolean whole = true;
    for (int replica = first; replica < replicas && covers(replica); replica++) {
      whole &= own.contains(replica);
    }
    if (whole) {
      found.add(this);
    } else if (level > 0) {
      left().cover(own, replicas, found);
      right().cover(own, replicas, found);
    }
  }
}
