package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.TensorLayout.Role;
import java.util.List;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015), per feature map, or per value after a dense layer:
 * {@code y = γ·(x − μ) / √(σ² + ε) + β}. In training μ and σ² are the mean and variance (divided by
 * {@code n}) over the minibatch and all pixels; in scoring they are running statistics, {@code r ←
 * decay·r + (1 − decay)·batch}. Stored: γ, β, μ and σ².
 *
 * @param decay at least 0, below 1
 * @param epsilon above 0, at most 1
 * @param learningRateFactor factor of the learning rate for γ and β, from 0 to {@value
 *     Training#MOST}
 */
public record BatchNorm(String name, double decay, double epsilon, double learningRateFactor)
    implements Norm {
  public static final TensorLayout GAMMA = TensorLayout.vector("gamma", Role.SCALE);
  public static final TensorLayout BETA = TensorLayout.vector("beta", Role.SHIFT);
  public static final TensorLayout MEAN = TensorLayout.vector("mean", Role.MEAN);
  public static final TensorLayout VARIANCE = TensorLayout.vector("var", Role.VARIANCE);

  public BatchNorm {
    LayerName.check(name);
    Checks.that(decay >= 0 && decay < 1, "decay", decay + " (must be at least 0 and less than 1)");
    Checks.that(epsilon > 0 && epsilon <= 1, "epsilon", epsilon + " (must be above 0, at most 1)");
    Checks.between(0, Training.MOST, learningRateFactor, "learningRateFactor");
  }

  @Override
  public Type type() {
    return Type.BATCH;
  }

  @Override
  public Domain domain() {
    return Domain.KEEPS;
  }

  @Override
  public String details() {
    String rate = learningRateFactor == 1 ? "" : " rate × " + learningRateFactor;
    return "batch decay " + Words.number(decay) + " epsilon " + Words.number(epsilon) + rate;
  }

  @Override
  public long parameters(LayerShape input, int labels) {
    return 4L * input.maps();
  }

  @Override
  public long statistics(LayerShape input) {
    return 2L * input.maps();
  }

  /** Returns one per value: scoring multiplies by a factor and adds a shift. */
  @Override
  public long multiplyAdds(LayerShape input, int labels) {
    return input.size();
  }

  @Override
  public List<TensorLayout> stored() {
    return List.of(GAMMA, BETA, MEAN, VARIANCE);
  }

  @Override
  public List<StoredTensor> tensors(LayerShape input, int labels) {
    return stored().stream().map(layout -> layout.of(1, input.maps())).toList();
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitBatchNorm(this, context);
  }
}
