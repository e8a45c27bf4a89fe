package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The state from which a run can be resumed after a round.
 *
 * <p>State and vectors are not copied: they must not be changed while the checkpoint is in use.
 */
public final class Checkpoint {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,100}");

  private final long round;
  private final ObjectNode state;
  private final SortedMap<String, float[]> vectors;

  /**
   * Creates a checkpoint.
   *
   * @param round number of completed rounds, at least 1
   * @param state scalars, opaque to this package. It is read back with equal JSON text: a long that
   *     fits an int becomes an int, and numbers must be finite.
   * @param vectors flat float vectors by name, such as {@code parameters}; names consist of
   *     lower-case letters, digits and hyphens. They are read back bit for bit.
   */
  public Checkpoint(long round, ObjectNode state, Map<String, float[]> vectors) {
    this.round = Checks.atLeast(1, round, "round");
    Checks.that(state != null, "state", "it is missing");
    this.state = state;
    vectors.forEach(
        (name, vector) -> {
          requireName(name);
          Checks.that(vector != null, "vector " + name, "it is missing");
        });
    this.vectors = Collections.unmodifiableSortedMap(new TreeMap<>(vectors));
  }

  static void requireName(String name) {
    Checks.that(
        name != null && NAME.matcher(name).matches(),
        "name of a vector",
        name + " (must be lower-case letters, digits and hyphens)");
  }

  /** Number of completed rounds. */
  public long round() {
    return round;
  }

  /** Scalars of the state; must not be changed. */
  public ObjectNode state() {
    return state;
  }

  /** Vectors by name; must not be changed. */
  public SortedMap<String, float[]> vectors() {
    return vectors;
  }
}
