package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import java.util.Set;

/**
 * One list of items of the definition language while it is being written.
 *
 * <p>Zero padding from a separate foreign layer is kept until the next convolution takes it as its
 * padding. A max pooling can take it too if its inputs are not negative, because the maximum of a
 * window is then the same whether padding counts or not.
 */
final class Chain {
  private static final Set<String> NOT_NEGATIVE = Set.of("relu", "relu6", "sigmoid", "softplus");

  private final Draft draft;
  private final ArrayNode items;
  private Margin zeros = Margin.NONE;
  private String zerosPlace = "";
  private boolean flat;

  /**
   * @param items the list to write to
   */
  Chain(Draft draft, ArrayNode items) {
    this.draft = draft;
    this.items = items;
  }

  Draft draft() {
    return draft;
  }

  ArrayNode items() {
    return items;
  }

  /** Whether the output is a flat vector, not feature maps. */
  boolean isFlat() {
    return flat;
  }

  /** Marks the output as a flat vector. */
  void becomeFlat() {
    flat = true;
  }

  /** Adds an item named after {@code source}, and returns its fields to fill. */
  ObjectNode add(String kind, String source) {
    refuseZeros();
    return put(kind, source);
  }

  /** Adds a convolution of any kind, which takes pending zeros into its padding. */
  ObjectNode addConvolution(String kind, String source, Margin padding, String place) {
    Margin own = padding;
    if (!zeros.equals(Margin.NONE) && padding.same()) {
      draft
          .problems()
          .add(place, "padding same after zero padding: write both as one padding of the layer");
    } else if (!zeros.equals(Margin.NONE)) {
      own = padding.plus(zeros);
    }
    zeros = Margin.NONE;
    ObjectNode fields = put(kind, source);
    writeUnless(fields, "padding", own.written(), Json.tree("valid"));
    return fields;
  }

  /** Adds a pooling, which takes pending zeros if they do not change its result. */
  ObjectNode addPool(String type, String source, Margin padding) {
    Margin own = padding;
    boolean takesZeros = type.equals("max") && padding.equals(Margin.NONE);
    if (takesZeros && zeros.symmetric() && isNotNegative()) {
      own = zeros;
      zeros = Margin.NONE;
    }
    ObjectNode fields = add("pool", source).put("type", type);
    writeUnless(fields, "padding", own.written(), Json.tree("valid"));
    return fields;
  }

  /** Adds a dropout, which keeps zeros, so it may be between zero padding and a convolution. */
  void addDropout(double rate, String source) {
    put("dropout", source).put("rate", rate);
  }

  /** Adds zeros around the maps. */
  void pad(Margin margin, String place) {
    zeros = zeros.plus(margin);
    zerosPlace = place;
  }

  /** Refuses zeros that no convolution has taken. */
  void refuseZeros() {
    if (!zeros.equals(Margin.NONE)) {
      draft
          .problems()
          .add(
              zerosPlace,
              "zeros are taken over only as the padding of the convolution that follows, or of a"
                  + " max pooling after relu with as many zeros on opposite sides");
      zeros = Margin.NONE;
    }
  }

  /** Writes a value that is not the language's default. */
  static void writeUnless(ObjectNode fields, String key, JsonNode value, JsonNode defaultValue) {
    if (!value.equals(defaultValue)) {
      fields.set(key, value);
    }
  }

  private ObjectNode put(String kind, String source) {
    ObjectNode fields = items.addObject().putObject(kind);
    return fields.put("name", draft.name(source));
  }

  private boolean isNotNegative() {
    for (int i = items.size() - 1; i >= 0; i--) {
      String kind = items.get(i).fieldNames().next();
      JsonNode fields = items.get(i).get(kind);
      boolean keeps = kind.equals("pool") || kind.equals("dropout");
      if (!keeps) {
        String key = kind.equals("activation") ? "function" : "activation";
        return NOT_NEGATIVE.contains(fields.path(key).asText());
      }
    }
    return false;
  }
}
