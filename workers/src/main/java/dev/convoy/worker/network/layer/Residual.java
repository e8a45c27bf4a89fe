package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.convoy.data.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A residual block (He et al., Deep residual learning for image recognition, 2016): {@code y =
 * activation(body(x) + projection(x))}.
 *
 * @param body at least one layer
 * @param projection layers that bring the input to the shape of the body's output; if there are
 *     none, the input is added unchanged
 */
public record Residual(
    String name,
    @JsonIgnore List<LayerDefinition> body,
    @JsonIgnore List<LayerDefinition> projection,
    Activation activation)
    implements Block {
  public Residual {
    LayerName.check(name);
    body = List.copyOf(body);
    projection = List.copyOf(projection);
    Checks.that(!body.isEmpty(), "body", "there must be at least one layer");
  }

  @Override
  public String kind() {
    return "residual";
  }

  @Override
  public String details() {
    String shortcut = projection.isEmpty() ? "body + input" : "body + projection";
    return shortcut + (activation == Activation.IDENTITY ? "" : " " + activation.key());
  }

  @Override
  public List<List<LayerDefinition>> paths() {
    return List.of(body, projection);
  }

  @Override
  public Optional<LayerDefinition> followedBy(Activation function) {
    return activation == Activation.IDENTITY
        ? Optional.of(new Residual(name, body, projection, function))
        : Optional.empty();
  }

  @Override
  public Optional<String> refusal(List<LayerShape> ends) {
    if (ends.get(0).equals(ends.get(1))) {
      return Optional.empty();
    }
    return Optional.of(
        projection.isEmpty()
            ? String.format(
                Locale.ROOT,
                "its body ends in %s and its input is %s: they are added, so give it a projection such as [ { conv { maps = %d, kernel = 1, stride = ... } } ]",
                ends.get(0),
                ends.get(1),
                ends.get(0).maps())
            : String.format(
                Locale.ROOT,
                "its body ends in %s and its projection in %s: they are added, so give them the same maps, padding and strides",
                ends.get(0),
                ends.get(1)));
  }

  @Override
  public LayerShape joined(List<LayerShape> ends) {
    return ends.get(0);
  }

  @Override
  public <R, C> R accept(BlockVisitor<R, C> visitor, C context) {
    return visitor.visitResidual(this, context);
  }
}
