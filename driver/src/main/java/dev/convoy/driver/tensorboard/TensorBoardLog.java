package dev.convoy.driver.tensorboard;

import dev.convoy.data.io.GrowingFile;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.explain.measure.Filters;
import dev.convoy.driver.html.Png;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.NetworkSnapshot;
import dev.convoy.worker.scoring.ScoredSplit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes the events of a run for TensorBoard, to a file of its own each time the run is started or
 * resumed: {@code RUN/tensorboard/events.out.tfevents.SECONDS.HOST}.
 *
 * <p>The step of every value is the number of completed global steps, also of those of an epoch, so
 * that one session start supersedes all that is done again after a resume or a rollback.
 *
 * <p>If the file cannot be written, it is said once, and the training goes on without it.
 */
public final class TensorBoardLog implements TrainingListener {
  private static final System.Logger LOG = System.getLogger(TensorBoardLog.class.getName());
  private static final String PREFIX = "events.out.tfevents.";

  private final Storage storage;
  private final String directory;
  private final Network network;
  private final Clock clock;
  private Optional<GrowingFile> file = Optional.empty();
  private boolean hasFailed;
  private long step;

  private interface Writing {
    void run() throws IOException;
  }

  /**
   * Creates the log of a run; nothing is written before the run has started.
   *
   * @param run its directory
   * @param network that is trained
   */
  public TensorBoardLog(Storage storage, String run, Network network) {
    this(storage, run, network, Clock.systemUTC());
  }

  TensorBoardLog(Storage storage, String run, Network network, Clock clock) {
    this.storage = storage;
    this.directory = Storage.join(run, RunDirectory.TENSORBOARD);
    this.network = network;
    this.clock = clock;
  }

  @Override
  public void started(long steps, long completed) {
    step = completed;
    attempt(
        () -> {
          file = Optional.of(storage.grow(Storage.join(directory, newName())));
          write(Events.version(clock.instant()));
          write(Events.start(clock.instant(), completed + 1));
          sync();
        });
  }

  /** TensorBoard reads files in the order of their names, so the newest must have the last one. */
  private String newName() {
    long seconds = clock.instant().getEpochSecond();
    if (storage.isDirectory(directory)) {
      for (String name : storage.names(directory)) {
        String[] parts = name.substring(Math.min(PREFIX.length(), name.length())).split("\\.", 2);
        if (name.startsWith(PREFIX) && parts[0].matches("[0-9]{1,18}")) {
          seconds = Math.max(seconds, Long.parseLong(parts[0]) + 1);
        }
      }
    }
    return String.format(Locale.ROOT, "%s%010d.%s", PREFIX, seconds, host());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
    } catch (UnknownHostException e) {
      return "driver";
    }
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    step += metrics.steps();
    Message summary = new Message();
    Events.addScalar(summary, "loss/round", metrics.loss());
    Events.addScalar(summary, "learning_rate", metrics.learningRate());
    Events.addScalar(summary, "images_per_second/round", metrics.examples() / metrics.seconds());
    metrics
        .divergence()
        .ifPresent(value -> Events.addScalar(summary, "replicas/divergence", value));
    writeSummary(summary);
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    Message summary = new Message();
    Events.addScalar(summary, "epoch", metrics.epoch());
    Events.addScalar(summary, "loss/train", metrics.loss());
    metrics
        .validationLoss()
        .ifPresent(value -> Events.addScalar(summary, "loss/validation", value));
    metrics
        .validationAccuracy()
        .ifPresent(value -> Events.addScalar(summary, "accuracy/validation", value));
    Events.addScalar(summary, "images_per_second/epoch", metrics.imagesPerSecond());
    writeSummary(summary);
    attempt(this::sync);
  }

  @Override
  public void epochSeen(EpochDetails details) {
    if (file.isPresent()) {
      details.snapshot().ifPresent(snapshot -> attempt(() -> writeNetwork(snapshot)));
    }
  }

  private void writeNetwork(NetworkSnapshot snapshot) throws IOException {
    for (TensorSpec tensor : snapshot.tensors()) {
      String name = tensor.layer() + "." + tensor.parameter();
      Message summary = new Message();
      addTensor(summary, "weights", name, snapshot.weights(tensor));
      addTensor(summary, "gradients", name, snapshot.gradient(tensor));
      write(Events.summary(clock.instant(), step, summary));
    }
    Message units = new Message();
    Events.addScalar(units, "dead_units/all", snapshot.deadShare());
    for (NetworkSnapshot.Units layer : snapshot.units()) {
      Events.addScalar(units, "dead_units/" + layer.layer(), (double) layer.dead() / layer.units());
    }
    Filters.of(snapshot.tensors(), snapshot.parameters(), network)
        .ifPresent(
            filters -> {
              BufferedImage picture = FilterPicture.of(filters);
              Events.addImage(
                  units, "filters/" + filters.node().name(), picture, Png.file(picture));
            });
    write(Events.summary(clock.instant(), step, units));
    sync();
  }

  private static void addTensor(Message summary, String kind, String name, float[] values) {
    Events.addScalar(summary, kind + "_norm/" + name, NetworkSnapshot.norm(values));
    Histogram.of(values)
        .ifPresent(histogram -> Events.addHistogram(summary, kind + "/" + name, histogram));
  }

  @Override
  public void rolledBack(RolledBack back) {
    step = back.steps();
    attempt(() -> write(Events.start(clock.instant(), step + 1)));
  }

  @Override
  public void checkpointWritten(int round) {
    attempt(this::sync);
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    close();
  }

  @Override
  public void ended(Throwable why) {
    close();
  }

  @Override
  public void close() {
    Optional<GrowingFile> open = file;
    file = Optional.empty();
    try {
      if (open.isPresent()) {
        open.get().close();
      }
    } catch (IOException | RuntimeException e) {
      warn(e);
    }
  }

  private void writeSummary(Message summary) {
    attempt(() -> write(Events.summary(clock.instant(), step, summary)));
  }

  private void write(Message event) throws IOException {
    if (file.isPresent()) {
      new RecordWriter(file.get()).write(event.toBytes());
      file.get().flush();
    }
  }

  private void sync() {
    file.ifPresent(GrowingFile::sync);
  }

  private void attempt(Writing work) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      close();
      warn(e);
    }
  }

  private void warn(Exception e) {
    if (hasFailed) {
      return;
    }
    hasFailed = true;
    LOG.log(
        System.Logger.Level.WARNING,
        "The events for TensorBoard cannot be written to "
            + directory
            + ", and the training goes on without them (free space there, or make it writable, and"
            + " they begin again when the run is resumed): "
            + e.getMessage());
  }
}
