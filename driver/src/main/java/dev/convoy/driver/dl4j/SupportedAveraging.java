package dev.convoy.driver.dl4j;

import dev.convoy.data.Problems;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.ReturnedModel;

/** The averaging plans that a fit supports: it is one epoch, and followed by DL4J's listeners. */
final class SupportedAveraging {
  private SupportedAveraging() {}

  static void check(AveragingPlan plan, Problems problems) {
    if (plan.period().kind() == AveragingPeriod.Kind.POST_LOCAL) {
      problems.add(
          "averaging.period",
          "post-local is a share of a whole run, and a fit is one epoch (use fixed)");
    }
    if (plan.returned().kind() != ReturnedModel.Kind.LAST) {
      problems.add(
          "averaging.returned",
          plan.returned().kind().key()
              + " is chosen at the end of a run, and a fit is one epoch (use last)");
    }
    if (plan.updaterState() != AveragingPlan.UpdaterState.AVERAGE) {
      problems.add(
          "averaging.updaterState",
          "to reset it would reset the steps that the network's schedules follow (use average)");
    }
    if (plan.overlap() > 0) {
      problems.add(
          "averaging.overlap = " + plan.overlap(),
          "listeners of DL4J need the averaged network after every round (use 0)");
    }
  }
}
