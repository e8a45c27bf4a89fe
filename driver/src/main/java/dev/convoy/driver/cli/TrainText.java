package dev.convoy.driver.cli;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.run.RunDirectory;
import java.util.Locale;

/** What {@code train} says at its end. */
final class TrainText {
  private TrainText() {}

  /**
   * Describes the trained epochs and the time since the run was last started or resumed, with the
   * part spent in rounds, to which the rate refers.
   */
  private static String times(TrainReport report) {
    String trained = "Trained " + Numbers.count(report.epochs(), "epoch");
    String total = " in " + Numbers.duration(report.seconds());
    if (report.epochsNow() == null) {
      return trained + total;
    }
    String which =
        report.epochsNow() == report.epochs()
            ? ""
            : report.epochsNow() == 1
                ? ", the last one"
                : ", the last " + report.epochsNow() + " of them";
    return report.epochsNow() == 0
        ? trained + ", all before the last start, which took" + total.replaceFirst(" in", "")
        : trained
            + which
            + total
            + " with packing, validation and files; "
            + Numbers.duration(report.roundSecondsNow())
            + " of it in rounds";
  }

  /** Names the page of a run, on a line of its own. */
  static String page(String run) {
    return String.format(Locale.ROOT, "%nReport: %s", Storage.join(run, RunDirectory.PAGE));
  }

  static String of(TrainReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s, %sat %s images/s; training loss %s",
            times(report),
            report.epochsNow() == null || report.epochsNow() == report.epochs()
                ? ""
                : "all rounds ",
            Numbers.count(Math.round(report.trainImagesPerSecond())),
            Numbers.ratio(report.loss())));
    if (report.validationAccuracy() != null) {
      text.append(", validation accuracy ").append(Numbers.ratio(report.validationAccuracy()));
    }
    text.append(String.format(Locale.ROOT, ".%nModel: %s%n", report.model()));
    text.append("SHA-256 of its parameters: ").append(report.parametersSha256());
    return text.toString();
  }
}
