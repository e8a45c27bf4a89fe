package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Problems;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.io.Json;
import dev.convoy.worker.engine.Precision;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares the plan of a run with a requested plan, value by value. */
public final class PlanDifferences {
  private static final String PRECISION = "precision";
  private static final String AUGMENTATION = "augmentation";

  private PlanDifferences() {}

  /** Returns the differences, each with its flag or key and both values. */
  public static Problems between(JsonNode found, JsonNode wanted) {
    Problems differences = new Problems();
    compare("", found, wanted, differences);
    return differences;
  }

  /**
   * Adds to the description of a run the settings of precision and augmentation that its version of
   * Convoy did not have, with the values that change nothing.
   */
  public static ObjectNode complete(ObjectNode description) {
    if (description.path("plan") instanceof ObjectNode plan && !plan.has(PRECISION)) {
      plan.put(PRECISION, Precision.FLOAT32.toString());
    }
    if (description.path("plan").path(AUGMENTATION) instanceof ObjectNode found) {
      ObjectNode complete = (ObjectNode) Json.tree(Augmentation.none());
      complete.setAll(found);
      ((ObjectNode) description.path("plan")).set(AUGMENTATION, complete);
    }
    return description;
  }

  private static void compare(String path, JsonNode found, JsonNode wanted, Problems differences) {
    if (found.isObject() && wanted.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      addNames(found, names);
      addNames(wanted, names);
      for (String name : names) {
        compare(
            path.isEmpty() ? name : path + "." + name,
            found.path(name),
            wanted.path(name),
            differences);
      }
    } else if (found.isArray() && wanted.isArray() && found.size() == wanted.size()) {
      for (int i = 0; i < found.size(); i++) {
        compare(path + "[" + i + "]", found.get(i), wanted.get(i), differences);
      }
    } else if (!sameValue(found, wanted)) {
      differences.add(
          PlanNames.displayName(path), text(found) + " there, " + text(wanted) + " here");
    }
  }

  private static boolean sameValue(JsonNode a, JsonNode b) {
    if (a.isIntegralNumber() && b.isIntegralNumber()) {
      return a.asLong() == b.asLong();
    }
    return (a.isNumber() && b.isNumber()) ? a.asDouble() == b.asDouble() : a.equals(b);
  }

  private static void addNames(JsonNode node, Set<String> names) {
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    fields.forEachRemaining(field -> names.add(field.getKey()));
  }

  private static String text(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    if (node.isArray()) {
      return "a list of " + node.size();
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }
}
