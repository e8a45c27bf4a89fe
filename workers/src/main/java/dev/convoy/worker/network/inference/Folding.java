package dev.convoy.worker.network.inference;

import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.BlockVisitor;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.WeightedSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Merges neighbouring layers of each path, together with their stored values. */
final class Folding implements BlockVisitor<LayerDefinition, Void> {
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
      if (layer.elementwise().equals(Optional.of(Activation.IDENTITY))) {
        continue;
      }
      int last = folded.size() - 1;
      Optional<LayerDefinition> merged =
          last < 0 ? Optional.empty() : merged(folded.get(last), layer);
      if (merged.isPresent()) {
        folded.set(last, merged.get());
      } else {
        folded.add(layer.match(leaf -> leaf, block -> block.accept(this, null)));
      }
    }
    return folded;
  }

  @Override
  public LayerDefinition visitInception(Inception inception, Void context) {
    return new Inception(inception.name(), inception.branches().stream().map(this::fold).toList());
  }

  @Override
  public LayerDefinition visitResidual(Residual residual, Void context) {
    return new Residual(
        residual.name(),
        foldNonEmpty(residual.body()),
        fold(residual.projection()),
        residual.activation());
  }

  /** Returns the single layer that replaces two neighbours; empty if they cannot be merged. */
  private Optional<LayerDefinition> merged(LayerDefinition before, LayerDefinition layer) {
    if (layer instanceof BatchNorm norm) {
      return before.linear().filter(sum -> tensors.fold(sum, norm)).map(WeightedSum::withBias);
    }
    return layer
        .elementwise()
        // DL4J computes the others exactly, in a separate layer.
        .filter(function -> Function.valueOf(function.name()).isExact())
        .flatMap(before::followedBy);
  }
}
