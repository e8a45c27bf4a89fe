package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.convoy.data.Checks;
import java.util.List;
import java.util.Optional;

/**
 * The last layer of a network that is trained: fully connected with bias, one unit per label,
 * softmax, trained by cross-entropy against {@code (1 − s)·onehot + s / labels} (Szegedy et al.,
 * Rethinking the inception architecture, 2016).
 *
 * @param labelSmoothing the share {@code s} of the target that goes to all labels equally, at least
 *     0 and less than 1
 */
public record Output(String name, double labelSmoothing, @JsonUnwrapped Training training)
    implements Leaf {
  public Output {
    LayerName.check(name);
    Checks.that(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        labelSmoothing + " (must be at least 0 and less than 1)");
    labelSmoothing = labelSmoothing + 0.0; // -0.0 is 0.0
  }

  @Override
  public String kind() {
    return "output";
  }

  @Override
  public Domain domain() {
    return Domain.ENDS;
  }

  @Override
  public Optional<Training> trainedBy() {
    return Optional.of(training);
  }

  @Override
  public String details() {
    String smoothing = labelSmoothing == 0 ? "" : ", label smoothing " + labelSmoothing;
    return "softmax, cross-entropy" + smoothing + training.details(Activation.IDENTITY);
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return LayerShape.ofUnits(labels);
  }

  @Override
  public long parameters(LayerShape input, int labels) {
    return multiplyAdds(input, labels) + labels;
  }

  @Override
  public long multiplyAdds(LayerShape input, int labels) {
    return (long) input.size() * labels;
  }

  @Override
  public List<TensorLayout> stored() {
    return List.of(Dense.WEIGHTS, TensorLayout.BIAS);
  }

  @Override
  public List<StoredTensor> tensors(LayerShape input, int labels) {
    return List.of(Dense.WEIGHTS.of(input.size(), labels), TensorLayout.BIAS.of(1, labels));
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitOutput(this, context);
  }
}
