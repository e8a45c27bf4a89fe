package dev.convoy.driver.monitor;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.runpage.RunPage;
import dev.convoy.driver.runpage.RunView;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.RunRecord;
import dev.convoy.driver.train.run.ValidationRecord;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.List;
import java.util.Optional;

/**
 * Writes {@code validation.json} and the page of a run after its epochs and at the end. After an
 * epoch that is done only if it takes about a hundredth of the time since the last page, or less.
 * If it fails, that is said once, and the training goes on.
 */
public final class RunReporter implements TrainingListener {
  private static final System.Logger LOG = System.getLogger(RunReporter.class.getName());

  /** Time between two pages after epochs, as a multiple of the time that a page takes. */
  private static final int LEAST_APART = 100;

  private final Storage storage;
  private final String run;
  private final List<String> labels;
  private final ImageShape shape;
  private Optional<ScoredSplit> unwritten = Optional.empty();
  private int epoch;
  private boolean isModel;
  private long written;
  private long lastTook;
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
    unwritten = details.validation();
    // An epoch may be so short that writing after each would take more than a little of the time.
    if (System.nanoTime() - written >= LEAST_APART * lastTook) {
      write();
    }
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    isModel = scored.isPresent();
    if (isModel) {
      unwritten = scored;
    }
    write();
  }

  @Override
  public void ended(Throwable why) {
    write();
  }

  /** Writes the newest scores, if they are not written yet, and the page. */
  private void write() {
    long start = System.nanoTime();
    attempt(
        () -> {
          unwritten
              .filter(scored -> scored.details().isPresent())
              .filter(scored -> scored.confusion().examples() > 0)
              .ifPresent(
                  scored ->
                      ValidationRecord.of(epoch, isModel, labels, shape, scored)
                          .write(storage, run));
          unwritten = Optional.empty();
          if (RunRecord.isRun(storage, run)) {
            storage.writeAtomically(
                Storage.join(run, RunDirectory.PAGE), RunPage.of(RunView.read(storage, run)));
          }
        });
    written = System.nanoTime();
    lastTook = written - start;
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
