package dev.convoy.data.prepare;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * Images that do not become examples although they can be read, by their ids.
 *
 * @param copies those with the pixels of another, each with the id of one that is kept
 * @param known those that the dataset has already
 */
record LeftOut(Map<String, String> copies, Set<String> known) implements Serializable {
  static final LeftOut NONE = new LeftOut(Map.of(), Set.of());
}
