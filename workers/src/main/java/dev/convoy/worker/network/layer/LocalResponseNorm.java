package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.Locale;
import java.util.Optional;

/**
 * Local response normalisation across maps (Krizhevsky et al., ImageNet classification with deep
 * convolutional neural networks, 2012): {@code y[m] = x[m] / (k + α·Σ x[j]²)^β}. The sum is taken
 * at the same pixel over the existing maps {@code j} from {@code m − ⌊size/2⌋} to {@code m +
 * ⌊size/2⌋}.
 *
 * @param size number of neighbouring maps, odd, from 1 to 255
 * @param alpha from 0 to 1000; not divided by the size
 * @param beta from 0 to 1000
 * @param k above 0, at most 1000
 */
public record LocalResponseNorm(String name, int size, double alpha, double beta, double k)
    implements Norm {
  /** The maximum number of neighbouring maps. */
  public static final int WIDEST_SIZE = 255;

  private static final double MOST = 1000;

  public LocalResponseNorm {
    LayerName.check(name);
    Checks.between(1, WIDEST_SIZE, size, "size");
    Checks.that(size % 2 == 1, "size", size + " (must be odd: as many maps on both sides)");
    Checks.between(0, MOST, alpha, "alpha");
    Checks.between(0, MOST, beta, "beta");
    Checks.that(k > 0 && k <= MOST, "k", k + " (must be above 0, at most " + MOST + ")");
  }

  @Override
  public Type type() {
    return Type.LOCAL_RESPONSE;
  }

  @Override
  public Domain domain() {
    return Domain.MAPS;
  }

  @Override
  public String details() {
    return String.format(
        Locale.ROOT,
        "local-response size %d alpha %s beta %s k %s",
        size,
        Words.number(alpha),
        Words.number(beta),
        Words.number(k));
  }

  @Override
  public Optional<String> refusal(LayerShape input) {
    return input.flat()
        ? Optional.of(
            "takes feature maps, and its input is flat: put it before the first dense layer")
        : Optional.empty();
  }

  /** Returns two per value: the square and the final product. */
  @Override
  public long multiplyAdds(LayerShape input, int labels) {
    return 2L * input.size();
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitLocalResponseNorm(this, context);
  }
}
