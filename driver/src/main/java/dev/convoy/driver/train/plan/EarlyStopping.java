package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.util.Locale;

/**
 * When a run ends before its last epoch: when the validation split has seen no better epoch for
 * {@code patience} epochs (Prechelt, Early stopping – but when?, 1998).
 *
 * @param patience epochs without a better one, or 0 to train all epochs
 * @param watch what makes an epoch better; the best model is chosen by it too
 */
public record EarlyStopping(int patience, Watch watch) {

  /** What is watched on the validation split. */
  public enum Watch {
    /** Fraction of examples whose label is predicted: more is better. */
    ACCURACY,
    /** Mean cross-entropy in nats: less is better. */
    LOSS;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether {@code value} is better than {@code other}; equal is not. */
    public boolean isBetter(double value, double other) {
      return this == ACCURACY ? value > other : value < other;
    }
  }

  public EarlyStopping {
    Checks.atLeast(0, patience, "patience");
  }

  /** Every epoch is trained. */
  public static EarlyStopping never() {
    return new EarlyStopping(0, Watch.ACCURACY);
  }

  /** Whether the run ends after so many epochs without a better one. */
  public boolean endsAfter(int epochsSinceBest) {
    return patience > 0 && epochsSinceBest >= patience;
  }
}
