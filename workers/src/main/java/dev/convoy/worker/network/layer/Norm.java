package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** Normalisation: {@link BatchNorm} or {@link LocalResponseNorm}. */
@JsonPropertyOrder({"name", "type"})
public sealed interface Norm extends Leaf permits BatchNorm, LocalResponseNorm {

  /** The statistics that values are normalised by. */
  enum Type {
    /** Statistics of each map over the minibatch. */
    BATCH,
    /** Statistics of neighbouring maps at the same pixel. */
    LOCAL_RESPONSE;

    /** Returns the word in the definition language: {@code local-response}. */
    public String key() {
      return this == BATCH ? "batch" : "local-response";
    }
  }

  @JsonIgnore
  Type type();

  @JsonProperty("type")
  default String writtenType() {
    return type().key();
  }

  @Override
  default String kind() {
    return "norm";
  }

  @Override
  default LayerShape output(LayerShape input, int labels) {
    return input;
  }
}
