package dev.convoy.driver.monitor;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.runpage.RunPage;
import dev.convoy.driver.runpage.RunView;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.ValidationRecord;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.List;
import java.util.Optional;

/**
 * Writes {@code validation.json} and the page of a run after each epoch and at the end. If that
 * fails it says so once, and the training goes on.
 */
public final class RunReporter implements TrainingListener {
  private static final System.Logger LOG = System.getLogger(RunReporter.class.getName());

  private final Storage storage;
  private final String run;
  private final List<String> labels;
  private final ImageShape shape;
  private int epoch;
  private boolean failed;

  /**
   * Creates the reporter of a run.
   *
   * @param run its directory
   */
  public RunReporter(Storage storage, String run, List<String> labels, ImageShape shape) {
    this.storage = storage;
    this.run = run;
    this.labels = List.copyOf(labels);
    this.shape = shape;
  }

  @Override
  public void epochSeen(EpochDetails details) {
    epoch = details.epoch();
    attempt(
        () -> {
          details.validation().ifPresent(scored -> write(scored, false));
          writePage();
        });
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    attempt(
        () -> {
          scored.ifPresent(one -> write(one, true));
          writePage();
        });
  }

  @Override
  public void ended(Throwable why) {
    attempt(this::writePage);
  }

  private void write(ScoredSplit scored, boolean isModel) {
    if (scored.details().isPresent() && scored.confusion().examples() > 0) {
      ValidationRecord.of(epoch, isModel, labels, shape, scored).write(storage, run);
    }
  }

  private void writePage() {
    storage.writeAtomically(
        Storage.join(run, RunDirectory.PAGE), RunPage.of(RunView.read(storage, run)));
  }

  private void attempt(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      if (!failed) {
        failed = true;
        LOG.log(
            System.Logger.Level.WARNING,
            "The page of the run cannot be written, and the training goes on without it (convoy"
                + " report "
                + run
                + " writes it later): "
                + e.getMessage());
      }
    }
  }
}
