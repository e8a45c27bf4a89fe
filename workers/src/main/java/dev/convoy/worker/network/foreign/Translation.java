package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;

/**
 * A foreign network in Convoy's definition language.
 *
 * @param definition the tree of a definition: {@code input}, {@code layers} and {@code frozen}
 * @param labels units of the foreign output layer, at least 1; the language does not state them,
 *     because they follow the labels of the dataset
 */
public record Translation(ObjectNode definition, int labels) {
  public Translation {
    Checks.atLeast(1, labels, "labels");
  }
}
