package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.integerAtLeast;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.driver.monitor.AlarmAction;
import dev.convoy.driver.monitor.MonitorSettings;
import dev.convoy.driver.monitor.WatchAddress;
import java.util.List;
import java.util.Optional;

/** The keys of the observation of runs, which are a part of {@link Keys}. */
public final class MonitorKeys {
  private static final String OFF = "off";

  public static final Key<Switch> REPORT =
      new Key<>(
          "train.report",
          "on",
          "word",
          "whether RUN/report.html is written, for which the network is looked at after each epoch",
          word(Switch.class));
  public static final Key<Switch> EXAMPLE_METRICS =
      new Key<>(
          "train.exampleMetrics",
          "off",
          "word",
          "whether the loss of every training image is recorded in every epoch, and the most"
              + " suspicious labels are shown",
          word(Switch.class));
  public static final Key<Optional<WatchAddress>> WATCH =
      new Key<>(
          "train.watch",
          OFF,
          "port",
          "port of a server that shows the run while it is under way, and its metrics for"
              + " Prometheus",
          text -> text.equals(OFF) ? Optional.empty() : Optional.of(WatchAddress.of(text)));
  public static final Key<Integer> STALL_SECONDS =
      new Key<>(
          "watch.stallSeconds",
          "600",
          "seconds",
          "time without a round after which an alarm is raised; 0 for never",
          integerAtLeast(0));
  public static final Key<AlarmAction> ALARMS =
      new Key<>(
          "watch.alarms",
          "warn",
          "word",
          "what an alarm does: it is told, or it also stops the run with a checkpoint and exit"
              + " status 1",
          word(AlarmAction.class));

  private MonitorKeys() {}

  /** Returns the keys in the order of the configuration file. */
  static List<Key<?>> all() {
    return List.of(REPORT, EXAMPLE_METRICS, WATCH, STALL_SECONDS, ALARMS);
  }

  /** Whether a key is about the observation of a command's run, and not about what is trained. */
  public static boolean isObservation(Key<?> key) {
    return all().contains(key) || key.equals(TrackingKeys.TENSORBOARD);
  }

  /** Reads all keys. */
  public static MonitorSettings read(Settings settings) {
    boolean mixes = settings.get(AugmentKeys.MIXUP) > 0 || settings.get(AugmentKeys.CUTMIX) > 0;
    if (mixes && settings.get(EXAMPLE_METRICS) == Switch.ON) {
      settings.refuse(
          EXAMPLE_METRICS,
          "needs "
              + AugmentKeys.MIXUP.path()
              + " = 0 and "
              + AugmentKeys.CUTMIX.path()
              + " = 0, since a mixed image has no label of its own");
    }
    return new MonitorSettings(
        settings.get(REPORT) == Switch.ON,
        settings.get(EXAMPLE_METRICS) == Switch.ON,
        settings.get(WATCH),
        settings.get(STALL_SECONDS),
        settings.get(ALARMS));
  }
}
