package dev.convoy.data.prepare;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Images that do not become examples although they can be read, by their ids.
 *
 * @param copies those with the pixels of another
 * @param known those that the dataset has already
 */
record LeftOut(LeftOut.Copies copies, Set<String> known) implements Serializable {
  static final LeftOut NONE = new LeftOut(Copies.NONE, Set.of());

  /**
   * Images with the pixels of others.
   *
   * @param ids their ids, each with that of one that is kept
   * @param relabelled those whose label is another than that of the one that is kept, with its id
   */
  record Copies(Map<String, String> ids, List<String> relabelled) implements Serializable {
    static final Copies NONE = new Copies(Map.of(), List.of());
  }
}
