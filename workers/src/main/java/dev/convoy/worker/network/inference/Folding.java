package dev.convoy.worker.network.inference;

import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.Convolution;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.Residual;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Joins neighbouring layers, path by path, and their stored values with them. */
final class Folding {
  private final FoldedTensors tensors;

  Folding(FoldedTensors tensors) {
    this.tensors = tensors;
  }

  /** A path joined; as it was if nothing would stay of it. */
  List<LayerDefinition> atLeastOne(List<LayerDefinition> layers) {
    List<LayerDefinition> folded = path(layers);
    return folded.isEmpty() ? layers : folded;
  }

  private List<LayerDefinition> path(List<LayerDefinition> layers) {
    List<LayerDefinition> folded = new ArrayList<>();
    for (LayerDefinition layer : layers) {
      if (handsOn(layer)) {
        continue;
      }
      int last = folded.size() - 1;
      Optional<LayerDefinition> joined =
          last < 0 ? Optional.empty() : joined(folded.get(last), layer);
      if (joined.isPresent()) {
        folded.set(last, joined.get());
      } else {
        folded.add(layer instanceof Block block ? inner(block) : layer);
      }
    }
    return folded;
  }

  private LayerDefinition inner(Block block) {
    if (block instanceof Residual residual) {
      return new Residual(
          residual.name(),
          atLeastOne(residual.body()),
          path(residual.projection()),
          residual.activation());
    }
    Inception inception = (Inception) block;
    return new Inception(inception.name(), inception.branches().stream().map(this::path).toList());
  }

  /** Whether a layer puts out in scoring what it takes. */
  private static boolean handsOn(LayerDefinition layer) {
    return layer instanceof Dropout
        || (layer instanceof ActivationLayer activation
            && activation.function() == Activation.IDENTITY);
  }

  /** One layer in the place of two; empty if it takes both. */
  private Optional<LayerDefinition> joined(LayerDefinition before, LayerDefinition layer) {
    if (layer instanceof BatchNorm norm && isLinear(before) && tensors.fold((Leaf) before, norm)) {
      return Optional.of(withBias(before));
    }
    return layer instanceof ActivationLayer activation
        ? activated(before, activation.function())
        : Optional.empty();
  }

  private static boolean isLinear(LayerDefinition layer) {
    return layer instanceof Convolution conv && conv.activation() == Activation.IDENTITY
        || layer instanceof Dense dense && dense.activation() == Activation.IDENTITY;
  }

  private static LayerDefinition withBias(LayerDefinition linear) {
    return linear instanceof Convolution conv ? conv.withBias() : ((Dense) linear).withBias();
  }

  private static Optional<LayerDefinition> activated(LayerDefinition before, Activation function) {
    if (!Function.valueOf(function.name()).isExact()) {
      return Optional.empty(); // As a layer of its own it is DL4J's, which is exact.
    }
    if (isLinear(before)) {
      return Optional.of(
          before instanceof Convolution conv
              ? conv.withActivation(function)
              : ((Dense) before).withActivation(function));
    }
    if (before instanceof Residual residual && residual.activation() == Activation.IDENTITY) {
      return Optional.of(
          new Residual(residual.name(), residual.body(), residual.projection(), function));
    }
    return Optional.empty();
  }
}
