package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.Checks;
import java.util.Optional;

/**
 * Pooling: reduces each window of each feature map to one value by its {@link PoolType}.
 *
 * @param exponent exponent of {@code l2}, from 1 to {@value #MOST}; 2 for the other types
 * @param padding if explicit, equal on opposite sides and smaller than {@code size}, because a
 *     window entirely within the padding has no value
 */
public record Pool(
    String name, PoolType type, @JsonIgnore int exponent, Size size, Size stride, Padding padding)
    implements Leaf {
  /** The highest exponent. */
  public static final int MOST = 16;

  public Pool {
    LayerName.check(name);
    checkExponent(type, exponent);
    Checks.that(
        padding.top() < size.rows() && padding.left() < size.columns(),
        "padding",
        padding.top() + "×" + padding.left() + " (must be smaller than the size " + size + ")");
    Checks.that(
        padding.isSymmetric(),
        "padding",
        "a pool has the same on opposite sides: give [rows, columns]");
  }

  static void checkExponent(PoolType type, int exponent) {
    Checks.between(1, MOST, exponent, "exponent");
    Checks.that(
        type == PoolType.L2 || exponent == 2, "exponent", exponent + " (only type = l2 has one)");
  }

  @JsonProperty("exponent")
  Integer writtenExponent() {
    return type == PoolType.L2 ? exponent : null;
  }

  @Override
  public String kind() {
    return "pool";
  }

  @Override
  public Domain domain() {
    return Domain.MAPS;
  }

  private Window slidingWindow() {
    return new Window(size, stride, Size.ONE, padding);
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(slidingWindow());
  }

  @Override
  public String details() {
    return Words.pooling(type, exponent) + " " + slidingWindow();
  }

  @Override
  public Optional<PoolType> pooling() {
    return Optional.of(type);
  }

  @Override
  public Optional<String> refusal(LayerShape input) {
    return slidingWindow().refusal(input, input.maps(), "size");
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return slidingWindow().over(input, input.maps());
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitPool(this, context);
  }
}
