package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.util.Locale;

/**
 * Early stopping: a run ends when the watched validation metric has not improved for {@code
 * patience} epochs (Prechelt, Early stopping – but when?, 1998).
 *
 * @param patience epochs without improvement, or 0 to train all epochs
 * @param watch the metric, which also chooses the best model
 */
public record EarlyStopping(int patience, Watch watch) {

  /** The metric of the validation split that is watched. */
  public enum Watch {
    /** Fraction of examples whose label is predicted: higher is better. */
    ACCURACY,
    /** Mean cross-entropy in nats: lower is better. */
    LOSS;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether {@code value} is strictly better than {@code other}. */
    public boolean isBetter(double value, double other) {
      return this == ACCURACY ? value > other : value < other;
    }
  }

  public EarlyStopping {
    Checks.atLeast(0, patience, "patience");
  }

  /** No early stopping: all epochs are trained. */
  public static EarlyStopping never() {
    return new EarlyStopping(0, Watch.ACCURACY);
  }

  /** Returns whether the run ends after this many epochs without improvement. */
  public boolean endsAfter(int epochsSinceBest) {
    return patience > 0 && epochsSinceBest >= patience;
  }
}
