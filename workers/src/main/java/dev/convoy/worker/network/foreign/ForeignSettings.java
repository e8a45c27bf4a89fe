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
 * Reads the settings of one foreign layer key by key.
 *
 * <p>A faulty value is reported and a valid placeholder returned, so that all faults are found. A
 * key whose value is null counts as absent. Every key that was not read is a fault ({@link
 * #refuseUnread()}), because a setting unknown to Convoy may change what the network computes.
 */
final class ForeignSettings {
  private static final int LONGEST_VALUE = 80;

  private final JsonNode object;
  private final String place;
  private final Problems problems;
  private final Set<String> read = new TreeSet<>();

  /**
   * @param place name of the layer in messages
   */
  ForeignSettings(JsonNode object, String place, Problems problems) {
    this.object = object;
    this.place = place;
    this.problems = problems;
  }

  String place() {
    return place;
  }

  /** Returns the raw value; missing if absent or null. */
  JsonNode value(String key) {
    read.add(key);
    JsonNode value = object.path(key);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  boolean has(String key) {
    return !value(key).isMissingNode();
  }

  /** Reads a required whole number of at least {@code low}. */
  int whole(String key, int low) {
    return has(key) ? whole(key, low, low) : missing(key, low);
  }

  /** Reads a whole number of at least {@code low}. */
  int whole(String key, int low, int defaultValue) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return defaultValue;
    }
    boolean good = value.isNumber() && value.asDouble() == value.asInt() && value.asInt() >= low;
    return good ? value.asInt() : refused(key, "must be a whole number of at least " + low, low);
  }

  double number(String key, double defaultValue) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return defaultValue;
    }
    return value.isNumber() ? value.asDouble() : refused(key, "must be a number", defaultValue);
  }

  /** Reads a required number. */
  double number(String key) {
    return has(key) ? number(key, 0.0) : missing(key, 0.0);
  }

  boolean flag(String key, boolean defaultValue) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return defaultValue;
    }
    return value.isBoolean()
        ? value.asBoolean()
        : refused(key, "must be true or false", defaultValue);
  }

  /** Reads a text. */
  String word(String key, String defaultValue) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return defaultValue;
    }
    return value.isTextual() ? value.asText() : refused(key, "must be a text", defaultValue);
  }

  /** Reads a required pair of whole numbers, or one number for both. */
  Extent extent(String key, int low) {
    return has(key) ? extent(key, low, Extent.ONE) : missing(key, Extent.ONE);
  }

  /** Reads a pair of whole numbers, or one number for both. */
  Extent extent(String key, int low, Extent defaultValue) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return defaultValue;
    }
    boolean pair = value.isArray() && value.size() == 2;
    JsonNode rows = pair ? value.get(0) : value;
    JsonNode columns = pair ? value.get(1) : value;
    if (!rows.isInt() || !columns.isInt() || rows.asInt() < low || columns.asInt() < low) {
      return refused(key, "must be [rows, columns], each at least " + low, Extent.ONE);
    }
    return new Extent(rows.asInt(), columns.asInt());
  }

  /** Reads one of several words; returns the first for a faulty one. */
  <T> T oneOf(String key, String defaultValue, Map<String, T> known, String remedy) {
    String word = word(key, defaultValue);
    T found = known.get(word);
    return found != null ? found : refused(key, remedy, known.values().iterator().next());
  }

  /** Refuses the value unless it is absent or the predicate holds. */
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

  /** Marks settings as read that do not change what the network computes. */
  void ignore(Collection<String> keys) {
    read.addAll(keys);
  }

  /** Marks settings as read that do not change what the network computes. */
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

  /** Adds a fault of the value at a key; the message shows the value. */
  void fault(String key, String fault) {
    problems.add(place, key + " = " + shown(object.path(key)) + ": " + fault);
  }

  /** Adds a fault of the layer. */
  void fault(String fault) {
    problems.add(place, fault);
  }

  /** Formats a value for messages: an object by its class, a long value cut off. */
  static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : Json.line(value);
    if (value instanceof ObjectNode object && object.has("@class")) {
      String name = object.get("@class").asText();
      JsonNode rest = object.deepCopy().without("@class");
      text = name.substring(name.lastIndexOf('.') + 1) + (rest.isEmpty() ? "" : Json.line(rest));
    }
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
  }

  private <T> T refused(String key, String fault, T placeholder) {
    fault(key, fault);
    return placeholder;
  }

  private <T> T missing(String key, T placeholder) {
    fault(key + " is missing");
    return placeholder;
  }
}
