package dev.convoy.driver.runpage;

import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.RunHistory.Epoch;
import dev.convoy.driver.train.run.RunHistory.Event;
import dev.convoy.driver.train.run.RunHistory.Round;
import dev.convoy.worker.scoring.Confusion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what is worth knowing of a run, the gravest first. */
final class RunFindings {
  /** Growth of the validation loss over its minimum from which on it is told. */
  private static final double OVERFITTED = 1.05;

  /** Share of the rounds' time in steps below which it is told. */
  private static final double LITTLE_COMPUTING = 0.7;

  private static final double BADLY_CALIBRATED = 0.1;
  private static final double LOW_RECALL = 0.3;
  private static final int NAMED = 5;

  private final RunView view;
  private final List<Finding> findings = new ArrayList<>();

  private RunFindings(RunView view) {
    this.view = view;
  }

  /** A sentence, and whether it is a warning. */
  record Finding(boolean isWarning, String text) {}

  static List<Finding> of(RunView view) {
    return new RunFindings(view).find();
  }

  private List<Finding> find() {
    view.failure().ifPresent(this::warn);
    if (view.state() == RunView.State.STOPPED) {
      note("The run is not finished; the same convoy train command continues it");
    }
    alarms();
    rollbacks();
    view.damage().forEach(this::warn);
    noValidation();
    deadLayers();
    if (!guesses()) {
      overfitting();
      labels();
      calibration();
    }
    time();
    findings.sort(Comparator.comparing(finding -> !finding.isWarning));
    return findings;
  }

  private void warn(String text) {
    findings.add(new Finding(true, text));
  }

  private void note(String text) {
    findings.add(new Finding(false, text));
  }

  /** Each kind of alarm is told once, with the newest sentence. */
  private void alarms() {
    Map<String, List<Event>> byKind = new LinkedHashMap<>();
    for (Event alarm : view.history().events("alarm")) {
      byKind
          .computeIfAbsent(alarm.line().path("alarm").asText(), kind -> new ArrayList<>())
          .add(alarm);
    }
    byKind
        .values()
        .forEach(
            same -> {
              Event last = same.get(same.size() - 1);
              String times =
                  same.size() == 1 ? "" : " (seen " + same.size() + " times, here the last)";
              warn(last.line().path("text").asText() + times);
            });
  }

  private void rollbacks() {
    List<Event> all = view.history().events("rollback");
    if (!all.isEmpty()) {
      Event last = all.get(all.size() - 1);
      warn(
          "The run has diverged and was rolled back "
              + (all.size() == 1 ? "once" : all.size() + " times")
              + ", at last to round "
              + last.round()
              + " with learning rates times "
              + Numbers.significant(last.line().path("rateFactor").asDouble())
              + ": "
              + last.line().path("reason").asText());
    }
  }

  private void noValidation() {
    if (view.history().lastEpoch().isPresent() && view.validation().isEmpty()) {
      note(
          "There are no scores of a validation split, so it is not known how the network does on"
              + " images that it was not trained on (prepare the dataset with --validation 0.1)");
    }
  }

  private void deadLayers() {
    view.history()
        .lastNetwork()
        .ifPresent(
            network -> {
              List<String> layers =
                  network.units().stream()
                      .filter(units -> 2 * units.dead() > units.units())
                      .map(
                          units ->
                              units.layer() + " (" + units.dead() + " of " + units.units() + ")")
                      .toList();
              if (!layers.isEmpty()) {
                note(
                    "More than half of the units are dead in "
                        + String.join(", ", layers)
                        + ": they were 0 for all images that were looked at, and learn nothing");
              }
            });
  }

  /** Tells if the network only guesses; returns whether it does. */
  private boolean guesses() {
    double share = view.guessing().accuracy();
    Optional<Epoch> last = view.history().lastEpoch();
    if (last.filter(epoch -> Double.isNaN(epoch.validationAccuracy())).isPresent()) {
      double uniform = view.guessing().loss();
      boolean isHigh = last.get().loss() >= uniform;
      if (isHigh) {
        warn(
            "The training loss of the last epoch, "
                + Numbers.ratio(last.get().loss())
                + ", is no lower than that of guessing, "
                + Numbers.ratio(uniform)
                + ": the network has learnt nothing yet (another learning rate or more epochs may"
                + " help)");
      }
      return isHigh;
    }
    Optional<Epoch> guessing =
        last.filter(epoch -> epoch.validationAccuracy() <= view.guessing().accuracyByChance());
    guessing.ifPresent(
        epoch ->
            warn(
                "The validation accuracy, "
                    + Numbers.ratio(epoch.validationAccuracy())
                    + ", is that of always predicting the most frequent label, "
                    + Numbers.ratio(share)
                    + ": the network has learnt nothing yet (another learning rate or more"
                    + " epochs may help)"));
    return guessing.isPresent();
  }

  private void overfitting() {
    List<Epoch> epochs =
        view.history().epochs().stream()
            .filter(epoch -> Double.isFinite(epoch.validationLoss()))
            .toList();
    if (epochs.size() < 3) {
      return;
    }
    Epoch last = epochs.get(epochs.size() - 1);
    Epoch best =
        epochs.stream().min(Comparator.comparingDouble(Epoch::validationLoss)).orElseThrow();
    if (last.validationLoss() > OVERFITTED * best.validationLoss() && last.loss() < best.loss()) {
      warn(
          "The validation loss was lowest after epoch "
              + best.epoch()
              + ", "
              + Numbers.ratio(best.validationLoss())
              + ", and is "
              + Numbers.ratio(last.validationLoss())
              + " now, while the training loss still falls: the network fits the train split and"
              + " not other images (--set train.returned.model=best returns the best epoch;"
              + " augmentation or more images help)");
    } else if (last.epoch() == best.epoch() && view.state() == RunView.State.FINISHED) {
      note(
          "The validation loss was still falling in the last epoch: more --epochs, which extend"
              + " the run, may give a better model");
    }
  }

  private void labels() {
    view.validation()
        .ifPresent(
            scores -> {
              int labels = scores.labels().size();
              long[] actual = new long[labels];
              long[] right = new long[labels];
              for (Confusion.Count count : scores.confusion()) {
                actual[count.actual()] += count.examples();
                if (count.actual() == count.predicted()) {
                  right[count.actual()] += count.examples();
                }
              }
              List<String> low = new ArrayList<>();
              for (int label = 0; label < labels; label++) {
                if (actual[label] > 0 && (double) right[label] / actual[label] < LOW_RECALL) {
                  low.add(scores.labels().get(label));
                }
              }
              if (!low.isEmpty()) {
                note(
                    "Of "
                        + Numbers.count(low.size(), "label")
                        + " less than "
                        + Numbers.percent(LOW_RECALL)
                        + " of the examples are recognised: "
                        + String.join(", ", low.subList(0, Math.min(NAMED, low.size())))
                        + (low.size() > NAMED ? " and others" : ""));
              }
            });
  }

  private void calibration() {
    view.validation()
        .filter(scores -> scores.calibrationError() > BADLY_CALIBRATED)
        .ifPresent(
            scores -> {
              double confidence = 0;
              double right = 0;
              for (var bin : scores.calibration()) {
                confidence += bin.examples() * bin.confidence();
                right += bin.examples() * bin.accuracy();
              }
              note(
                  "Predictions are "
                      + (confidence > right ? "more" : "less")
                      + " confident than they are right: confidence and accuracy differ by "
                      + Numbers.percent(scores.calibrationError())
                      + " on average");
            });
  }

  private void time() {
    List<Round> rounds = view.history().keptRounds();
    double all = rounds.stream().mapToDouble(Round::seconds).sum();
    double computing =
        rounds.stream().mapToDouble(round -> round.computeSeconds() - round.waitingSeconds()).sum();
    if (rounds.size() >= 10 && computing / all < LITTLE_COMPUTING) {
      note(
          "Replicas compute in "
              + Numbers.percent(computing / all)
              + " of the time of rounds; in the rest they wait, send or average (a larger"
              + " --average-every or --batch, or convoy plan, may help)");
    }
  }
}
