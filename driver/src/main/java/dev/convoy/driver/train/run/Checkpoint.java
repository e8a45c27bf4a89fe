package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All that a run needs to go on after a round.
 *
 * <p>It is no copy: neither the state nor the vectors may be written to while the checkpoint is in
 * use.
 */
public final class Checkpoint {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,100}");

  private final long round;
  private final ObjectNode state;
  private final SortedMap<String, float[]> vectors;

  /**
   * A checkpoint.
   *
   * @param round rounds that lie behind, at least 1
   * @param state scalars, of no meaning here. It comes back equal as text: numbers keep their
   *     value, but a long that fits an int comes back as an int, and JSON knows no number that is
   *     not finite.
   * @param vectors flat vectors of floats by their names, of lower-case letters, digits and
   *     hyphens: {@code parameters}, {@code updater}. They come back bit for bit.
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

  /** Rounds that lie behind. */
  public long round() {
    return round;
  }

  /** Not to be written to. */
  public ObjectNode state() {
    return state;
  }

  /** By name; not to be written to. */
  public SortedMap<String, float[]> vectors() {
    return vectors;
  }
}
