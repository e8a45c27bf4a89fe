package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.convoy.data.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An inception module (Szegedy et al., Going deeper with convolutions, 2015): parallel branches on
 * the same input, whose outputs are concatenated along the feature maps.
 *
 * @param branches the layers of each branch, at least 1 branch; a branch without layers passes the
 *     input unchanged
 */
public record Inception(String name, @JsonIgnore List<List<LayerDefinition>> branches)
    implements Block {
  public Inception {
    LayerName.check(name);
    branches = branches.stream().map(List::copyOf).toList();
    Checks.that(!branches.isEmpty(), "branches", "there must be at least one");
  }

  @Override
  public String kind() {
    return "inception";
  }

  @Override
  public String details() {
    return branches.size() + (branches.size() == 1 ? " branch" : " branches") + " concatenated";
  }

  @Override
  public List<List<LayerDefinition>> paths() {
    return branches;
  }

  @Override
  public Optional<String> refusal(List<LayerShape> ends) {
    LayerShape first = ends.get(0);
    if (ends.stream().anyMatch(end -> !end.matches(first))) {
      return Optional.of(
          "its branches do not match: they end in "
              + ends.stream().map(LayerShape::toString).collect(Collectors.joining(", "))
              + ": give them the same height and width, by padding = same and equal strides");
    }
    if (!LayerShape.fits(maps(ends), first.height(), first.width())) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "its output has more than %s values an image: use fewer maps or smaller images",
              Integer.MAX_VALUE));
    }
    return Optional.empty();
  }

  private static long maps(List<LayerShape> ends) {
    return ends.stream().mapToLong(LayerShape::maps).sum();
  }

  @Override
  public LayerShape joined(List<LayerShape> ends) {
    LayerShape first = ends.get(0);
    return new LayerShape(Math.toIntExact(maps(ends)), first.height(), first.width(), first.flat());
  }

  @Override
  public <R, C> R accept(BlockVisitor<R, C> visitor, C context) {
    return visitor.visitInception(this, context);
  }
}
