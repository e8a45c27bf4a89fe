package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A tensor that a kind of layer stores: its name in a model, what its values are, and which axis is
 * which. It stands beside the layer, and all that reads or writes stored values goes by it.
 *
 * @param parameter its name, which is DL4J's, such as {@code W}
 * @param role what its values are
 * @param axes in the order of its shape
 */
public record TensorLayout(String parameter, Role role, List<Axis> axes) {
  /** What values are, and with it how they are trained. */
  public enum Role {
    /** Multiplies what enters; l2 is on these alone. */
    WEIGHTS,
    /** Added to the sums of weights. */
    BIAS,
    /** Multiplies what is normalised. */
    SCALE,
    /** Added to what is normalised. */
    SHIFT,
    /** Mean of what entered while training. */
    MEAN,
    /** Variance of what entered while training. */
    VARIANCE;

    /** Whether values are measured instead of trained. */
    public boolean isMeasured() {
      return this == MEAN || this == VARIANCE;
    }
  }

  /** What counts along an axis. */
  public enum Axis {
    /** Feature maps or units that are put out. */
    OUTPUTS,
    /** Feature maps that enter; of dense layers all values, those of one map together. */
    INPUTS,
    /** Maps that are made of each that enters: map {@code c·multiplier + m} of map {@code c}. */
    MULTIPLIER,
    /** Rows of a kernel. */
    ROWS,
    /** Columns of a kernel. */
    COLUMNS,
    /** Nothing: its extent is 1. */
    SINGLE
  }

  /** The axes that together count the maps put out, the last running fastest. */
  public record Outputs(int first, int last) {}

  /** One bias for each map or unit. */
  public static final TensorLayout BIAS = vector("b", Role.BIAS);

  public TensorLayout {
    Checks.that(!parameter.isEmpty(), "parameter", "it is empty");
    axes = List.copyOf(axes);
  }

  static TensorLayout weights(String parameter, Axis... axes) {
    return new TensorLayout(parameter, Role.WEIGHTS, List.of(axes));
  }

  static TensorLayout vector(String parameter, Role role) {
    return new TensorLayout(parameter, role, List.of(Axis.SINGLE, Axis.OUTPUTS));
  }

  /** The axes of the maps put out; empty where they do not lie side by side in that order. */
  public Optional<Outputs> outputs() {
    int all = axes.indexOf(Axis.OUTPUTS);
    if (all >= 0) {
      return Optional.of(new Outputs(all, all));
    }
    int inputs = axes.indexOf(Axis.INPUTS);
    int multiplier = axes.indexOf(Axis.MULTIPLIER);
    return inputs >= 0 && multiplier == inputs + 1
        ? Optional.of(new Outputs(inputs, multiplier))
        : Optional.empty();
  }

  /** The tensor of one layer. */
  StoredTensor of(long... extents) {
    return new StoredTensor(this, Arrays.stream(extents).boxed().toList());
  }
}
