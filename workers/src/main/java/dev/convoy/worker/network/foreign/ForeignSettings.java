package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The settings of one foreign layer, read key by key.
 *
 * <p>A faulty value is reported and a harmless one returned, so that all faults are found. A key
 * that is null counts as absent. Whatever nobody has asked for is a fault ({@link
 * #refuseUnread()}): a setting that Convoy does not know may change what the network computes.
 */
final class ForeignSettings {
  private static final int LONGEST_VALUE = 80;

  private final JsonNode object;
  private final String place;
  private final Problems problems;
  private final Set<String> read = new TreeSet<>();

  /**
   * @param place what messages call the layer
   */
  ForeignSettings(JsonNode object, String place, Problems problems) {
    this.object = object;
    this.place = place;
    this.problems = problems;
  }

  String place() {
    return place;
  }

  /** The value as it stands; missing if absent or null. */
  JsonNode value(String key) {
    read.add(key);
    JsonNode value = object.path(key);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  boolean has(String key) {
    return !value(key).isMissingNode();
  }

  /** A required whole number of at least {@code low}. */
  int whole(String key, int low) {
    return has(key) ? whole(key, low, low) : missing(key, low);
  }

  /** A whole number of at least {@code low}. */
  int whole(String key, int low, int absent) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return absent;
    }
    boolean good = value.isNumber() && value.asDouble() == value.asInt() && value.asInt() >= low;
    return good ? value.asInt() : refused(key, "must be a whole number of at least " + low, low);
  }

  double number(String key, double absent) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return absent;
    }
    return value.isNumber() ? value.asDouble() : refused(key, "must be a number", absent);
  }

  /** A required number. */
  double number(String key) {
    return has(key) ? number(key, 0.0) : missing(key, 0.0);
  }

  boolean flag(String key, boolean absent) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return absent;
    }
    return value.isBoolean() ? value.asBoolean() : refused(key, "must be true or false", absent);
  }

  /** A text. */
  String word(String key, String absent) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return absent;
    }
    return value.isTextual() ? value.asText() : refused(key, "must be a text", absent);
  }

  /** A required pair of whole numbers, or one number for both. */
  Extent extent(String key, int low) {
    return has(key) ? extent(key, low, Extent.ONE) : missing(key, Extent.ONE);
  }

  /** A pair of whole numbers, or one number for both. */
  Extent extent(String key, int low, Extent absent) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return absent;
    }
    boolean pair = value.isArray() && value.size() == 2;
    JsonNode rows = pair ? value.get(0) : value;
    JsonNode columns = pair ? value.get(1) : value;
    if (!rows.isInt() || !columns.isInt() || rows.asInt() < low || columns.asInt() < low) {
      return refused(key, "must be [rows, columns], each at least " + low, Extent.ONE);
    }
    return new Extent(rows.asInt(), columns.asInt());
  }

  /** One of some words; the first stands in for a faulty one. */
  <T> T oneOf(String key, String absent, Map<String, T> known, String remedy) {
    String word = word(key, absent);
    T found = known.get(word);
    return found != null ? found : refused(key, remedy, known.values().iterator().next());
  }

  /** Refuses the value unless it is absent or holds. */
  void require(String key, Predicate<JsonNode> holds, String remedy) {
    JsonNode value = value(key);
    if (!value.isMissingNode() && !holds.test(value)) {
      fault(key, remedy);
    }
  }

  /** Refuses anything but an absent or empty value. */
  void requireNone(String remedy, String... keys) {
    for (String key : keys) {
      require(key, value -> value.isContainerNode() && value.isEmpty(), remedy);
    }
  }

  /** Settings without a part in what the network computes. */
  void ignore(Collection<String> keys) {
    read.addAll(keys);
  }

  /** Settings without a part in what the network computes. */
  void ignore(String... keys) {
    ignore(List.of(keys));
  }

  void refuseUnread() {
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!read.contains(key) && has(key)) {
                fault(key, "Convoy does not know this setting: remove it if it changes nothing");
              }
            });
  }

  /** A fault of the value at a key, which is shown. */
  void fault(String key, String fault) {
    problems.add(place, key + " = " + shown(object.path(key)) + ": " + fault);
  }

  /** A fault of the layer. */
  void fault(String fault) {
    problems.add(place, fault);
  }

  /** A value as messages show it: an object by its class, and cut off where it is long. */
  static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : Json.line(value);
    if (value instanceof ObjectNode object && object.has("@class")) {
      String name = object.get("@class").asText();
      JsonNode rest = object.deepCopy().without("@class");
      text = name.substring(name.lastIndexOf('.') + 1) + (rest.isEmpty() ? "" : Json.line(rest));
    }
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
  }

  private <T> T refused(String key, String fault, T standIn) {
    fault(key, fault);
    return standIn;
  }

  private <T> T missing(String key, T standIn) {
    fault(key + " is missing");
    return standIn;
  }
}
