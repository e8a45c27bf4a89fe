package dev.convoy.worker.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Checks;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import java.util.List;
import java.util.Optional;

/** A trained network with its labels, image shape and normalisation, complete for scoring. */
public final class Model {
  private final Network network;
  private final List<String> labels;
  private final Normalisation normalisation;
  private final List<TensorSpec> tensors;
  private final float[] parameters;
  private final JsonNode provenance;
  private final Optional<ModelQuantization> quantization;

  /**
   * Creates a model and checks every value.
   *
   * @param labels label names in the order of the network's outputs
   * @param tensors layout of the parameters
   * @param parameters flat parameters; not copied
   * @param provenance plan, dataset fingerprint, seed, versions, CPU instruction set, threads
   * @throws IllegalArgumentException if labels, normalisation or tensors do not match the network,
   *     or a parameter is not finite; the message names it
   */
  public Model(
      Network network,
      List<String> labels,
      Normalisation normalisation,
      List<TensorSpec> tensors,
      float[] parameters,
      JsonNode provenance) {
    this(network, labels, normalisation, tensors, parameters, provenance, Optional.empty());
  }

  private Model(
      Network network,
      List<String> labels,
      Normalisation normalisation,
      List<TensorSpec> tensors,
      float[] parameters,
      JsonNode provenance,
      Optional<ModelQuantization> quantization) {
    this.network = network;
    this.labels = List.copyOf(labels);
    this.normalisation = normalisation;
    this.tensors = List.copyOf(tensors);
    this.parameters = parameters;
    this.provenance = provenance;
    this.quantization = quantization;
    Checks.that(
        labels.size() == network.labels(),
        "labels",
        labels.size() + " names for " + network.labels() + " outputs");
    Checks.that(
        parameters.length == network.parameters(),
        "parameters",
        parameters.length + " values for a network of " + network.parameters());
    Checks.that(
        normalisation.mean().size() == network.input().channels(),
        "normalisation",
        "one mean per channel");
    Checks.that(network.output().isPresent(), "network", "it has no output layer");
    ModelLaws.requireProvenance(provenance);
    ModelLaws.requireTensors(network, this.tensors);
    ModelLaws.requireValues(network, this.tensors, parameters);
  }

  /** Returns the same model as one that scores in integers of 8 bits. */
  public Model quantized(ModelQuantization with) {
    ModelLaws.requireQuantization(network, with);
    return new Model(
        network, labels, normalisation, tensors, parameters, provenance, Optional.of(with));
  }

  /** Returns how its values become integers of 8 bits; empty if it is not quantized. */
  public Optional<ModelQuantization> quantization() {
    return quantization;
  }

  public Network network() {
    return network;
  }

  public List<String> labels() {
    return labels;
  }

  public Normalisation normalisation() {
    return normalisation;
  }

  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** Returns the parameters, which must not be written to. */
  public float[] parameters() {
    return parameters;
  }

  public JsonNode provenance() {
    return provenance;
  }

  /** Returns the SHA-256 of the parameters, as {@code model.json} has it. */
  public String parametersSha256() {
    return FloatFile.sha256(parameters);
  }

  /**
   * Returns how the training images were fitted to the size of the network's input; empty for a
   * model of an early version, which does not record it.
   */
  public Optional<Fit> fit() {
    return Fit.of(preparation("fit"));
  }

  /**
   * Returns how the training images were brought to the size of the network's input. What an early
   * version does not record is the default, which was the only way then.
   */
  public Geometry geometry() {
    return new Geometry(
        fit().orElse(Geometry.DEFAULT.fit()),
        Padding.of(preparation("padding")).orElse(Geometry.DEFAULT.padding()),
        Place.of(preparation("place")).orElse(Geometry.DEFAULT.place()),
        Resampling.of(preparation("resample")).orElse(Geometry.DEFAULT.resampling()));
  }

  private String preparation(String setting) {
    return provenance.path("preparation").path(setting).asText("");
  }

  /**
   * Returns what transparent pixels of the training images were drawn on; black for a model of an
   * early version, whose images were.
   */
  public Background background() {
    return Background.of(preparation("background")).orElse(Background.BLACK);
  }
}
