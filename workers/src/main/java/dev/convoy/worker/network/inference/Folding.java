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

/** Merges neighbouring layers of each path, together with their stored values. */
final class Folding {
  private final FoldedTensors tensors;

  Folding(FoldedTensors tensors) {
    this.tensors = tensors;
  }

  /** Folds a path; returns it unchanged if no layer would remain. */
  List<LayerDefinition> foldNonEmpty(List<LayerDefinition> layers) {
    List<LayerDefinition> folded = fold(layers);
    return folded.isEmpty() ? layers : folded;
  }

  private List<LayerDefinition> fold(List<LayerDefinition> layers) {
    List<LayerDefinition> folded = new ArrayList<>();
    for (LayerDefinition layer : layers) {
      if (isIdentity(layer)) {
        continue;
      }
      int last = folded.size() - 1;
      Optional<LayerDefinition> merged =
          last < 0 ? Optional.empty() : merged(folded.get(last), layer);
      if (merged.isPresent()) {
        folded.set(last, merged.get());
      } else {
        folded.add(layer instanceof Block block ? fold(block) : layer);
      }
    }
    return folded;
  }

  private LayerDefinition fold(Block block) {
    if (block instanceof Residual residual) {
      return new Residual(
          residual.name(),
          foldNonEmpty(residual.body()),
          fold(residual.projection()),
          residual.activation());
    }
    Inception inception = (Inception) block;
    return new Inception(inception.name(), inception.branches().stream().map(this::fold).toList());
  }

  /** Whether a layer returns its input unchanged in scoring. */
  private static boolean isIdentity(LayerDefinition layer) {
    return layer instanceof Dropout
        || (layer instanceof ActivationLayer activation
            && activation.function() == Activation.IDENTITY);
  }

  /** Returns the single layer that replaces two neighbours; empty if they cannot be merged. */
  private Optional<LayerDefinition> merged(LayerDefinition before, LayerDefinition layer) {
    if (layer instanceof BatchNorm norm && isLinear(before) && tensors.fold((Leaf) before, norm)) {
      return Optional.of(withBias(before));
    }
    return layer instanceof ActivationLayer activation
        ? activated(before, activation.function())
        : Optional.empty();
  }

  private static boolean isLinear(LayerDefinition layer) {
    return (layer instanceof Convolution conv && conv.activation() == Activation.IDENTITY)
        || (layer instanceof Dense dense && dense.activation() == Activation.IDENTITY);
  }

  private static LayerDefinition withBias(LayerDefinition linear) {
    return linear instanceof Convolution conv ? conv.withBias() : ((Dense) linear).withBias();
  }

  private static Optional<LayerDefinition> activated(LayerDefinition before, Activation function) {
    if (!Function.valueOf(function.name()).isExact()) {
      return Optional.empty(); // A separate layer is computed by DL4J, which is exact.
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
