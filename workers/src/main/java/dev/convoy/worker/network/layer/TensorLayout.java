package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The layout of a tensor that a kind of layer stores: its name in a model, the role of its values
 * and the meaning of its axes. All code that reads or writes stored values uses it.
 *
 * @param parameter its name in DL4J, such as {@code W}
 * @param role role of its values
 * @param axes meaning of each axis, in the order of its shape
 */
public record TensorLayout(String parameter, Role role, List<Axis> axes) {
  /** The role of stored values, which decides how they are trained. */
  public enum Role {
    /** Factors of the inputs; l2 applies to these only. */
    WEIGHTS,
    /** Addends of the weighted sums. */
    BIAS,
    /** Factors of normalised values. */
    SCALE,
    /** Addends of normalised values. */
    SHIFT,
    /** Running mean of the inputs in training. */
    MEAN,
    /** Running variance of the inputs in training. */
    VARIANCE;

    /** Whether values are measured, not trained. */
    public boolean isMeasured() {
      return this == MEAN || this == VARIANCE;
    }
  }

  /** The meaning of an axis. */
  public enum Axis {
    /** Output feature maps or units. */
    OUTPUTS,
    /** Input feature maps; for a dense layer all input values, grouped by map. */
    INPUTS,
    /** Output maps per input map: map {@code c·multiplier + m} comes from map {@code c}. */
    MULTIPLIER,
    /** Rows of a kernel. */
    ROWS,
    /** Columns of a kernel. */
    COLUMNS,
    /** An axis of extent 1. */
    SINGLE
  }

  /** The range of axes that together index the output maps, the last varying fastest. */
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

  /** Returns the axes of the output maps; empty if they are not adjacent in that order. */
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

  /** Returns the stored tensor with these extents. */
  StoredTensor of(long... extents) {
    return new StoredTensor(this, Arrays.stream(extents).boxed().toList());
  }
}
