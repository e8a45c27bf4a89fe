package dev.convoy.worker.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Checks;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.StoredTensor;
import dev.convoy.worker.network.summary.ReplicaMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks of every model: its tensors are those of its network, without gaps, and its layer can
 * compute with every value.
 */
final class ModelLaws {
  private ModelLaws() {}

  /**
   * Checks that the tensors are those that the layers of the network store, without gaps between
   * them.
   *
   * @throws IllegalArgumentException otherwise, naming the tensor
   */
  static void requireTensors(Network network, List<TensorSpec> tensors) {
    Map<String, List<Long>> expected = new HashMap<>();
    for (Node node : network.nodes()) {
      for (StoredTensor tensor :
          node.leaf()
              .map((Leaf leaf) -> leaf.tensors(node.input(), network.labels()))
              .orElse(List.of())) {
        expected.put(node.name() + "/" + tensor.parameter(), tensor.shape());
      }
    }
    long covered = 0;
    for (TensorSpec tensor : tensors) {
      String name = tensor.layer() + "/" + tensor.parameter();
      List<Long> shape = expected.remove(name);
      Checks.that(
          shape != null, "tensors", name + " is not a tensor of the network, or is listed twice");
      Checks.that(
          shape.equals(tensor.shape()),
          "tensors",
          name + " has the shape " + tensor.shape() + ", and the network's has " + shape);
      Checks.that(
          tensor.offset() == covered,
          "tensors",
          name + " starts at " + tensor.offset() + ", and the one before it ends at " + covered);
      covered = Math.addExact(covered, tensor.length());
    }
    Checks.that(
        expected.isEmpty(),
        "tensors",
        "they lack " + String.join(", ", expected.keySet().stream().sorted().limit(3).toList()));
  }

  /**
   * Checks that every value is finite, and that every variance plus epsilon is above 0.
   *
   * @throws IllegalArgumentException otherwise, naming the tensor, the place and the value
   */
  static void requireValues(Network network, List<TensorSpec> tensors, float[] parameters) {
    for (TensorSpec tensor : tensors) {
      int from = Math.toIntExact(tensor.offset());
      int to = Math.toIntExact(tensor.offset() + tensor.length());
      double least =
          tensor.parameter().equals(BatchNorm.VARIANCE.parameter())
              ? -epsilon(network, tensor.layer())
              : 0;
      boolean variance = least < 0;
      for (int i = from; i < to; i++) {
        float value = parameters[i];
        if (!Float.isFinite(value) || (variance && value <= least)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Invalid parameters: %s/%s holds %s at %d (must be %s)",
                  tensor.layer(),
                  tensor.parameter(),
                  value,
                  i - from,
                  variance ? "a variance" : "finite"));
        }
      }
    }
  }

  /**
   * Checks that a quantization is about layers of the network.
   *
   * @throws IllegalArgumentException otherwise, naming the layer
   */
  static void requireQuantization(Network network, ModelQuantization quantization) {
    Set<String> layers = network.nodes().stream().map(Node::name).collect(Collectors.toSet());
    Stream<String> named =
        Stream.concat(
            quantization.ranges().keySet().stream()
                .filter(name -> !name.equals(Quantization.IMAGE))
                .map(name -> name.split("\\.", 2)[0]),
            quantization.float32Layers().stream());
    named.forEach(
        name ->
            Checks.that(layers.contains(name), "quantization", "the network has no layer " + name));
  }

  private static double epsilon(Network network, String layer) {
    return network
        .node(layer)
        .flatMap(Node::leaf)
        .filter(BatchNorm.class::isInstance)
        .map(leaf -> ((BatchNorm) leaf).epsilon())
        .orElse(0.0);
  }

  /**
   * Checks the parts of a provenance that are used; a part may be missing.
   *
   * @throws IllegalArgumentException naming the part
   */
  static void requireProvenance(JsonNode provenance) {
    Checks.that(provenance.isObject(), "provenance", "it is not an object");
    object(provenance, "/plan");
    object(provenance, "/preparation");
    text(provenance, "/data");
    text(provenance, "/dataset");
    count(provenance, "/plan/epochs", Integer.MAX_VALUE);
    count(provenance, "/plan/replicas", Integer.MAX_VALUE);
    count(provenance, "/plan/batch", ReplicaMemory.LARGEST_BATCH);
    count(provenance, "/nativeThreads", Integer.MAX_VALUE);
    word(provenance, "fit", Fit::of, "pad, crop, stretch");
    word(provenance, "background", Background::of, Background.WORDS);
    word(provenance, "padding", Padding::of, Padding.WORDS);
    word(provenance, "place", Place::of, "center, top-left, bottom-right");
    word(provenance, "resample", Resampling::of, "bilinear, area-bicubic");
  }

  private static void word(
      JsonNode provenance, String setting, Function<String, Optional<?>> reader, String words) {
    String part = "/preparation/" + setting;
    text(provenance, part);
    JsonNode value = provenance.at(part);
    Checks.that(
        value.isMissingNode() || reader.apply(value.asText()).isPresent(),
        "provenance" + part,
        value + " is not one of " + words);
  }

  private static void object(JsonNode provenance, String part) {
    JsonNode value = provenance.at(part);
    Checks.that(
        value.isMissingNode() || value.isObject(),
        "provenance" + part,
        value + " is not an object");
  }

  private static void text(JsonNode provenance, String part) {
    JsonNode value = provenance.at(part);
    Checks.that(
        value.isMissingNode() || value.isTextual(), "provenance" + part, value + " is not a text");
  }

  private static void count(JsonNode provenance, String part, int most) {
    JsonNode value = provenance.at(part);
    Checks.that(
        value.isMissingNode()
            || (value.canConvertToInt()
                && value.isIntegralNumber()
                && value.asInt() >= 1
                && value.asInt() <= most),
        "provenance" + part,
        value + " (must be a whole number from 1 to " + most + ")");
  }
}
