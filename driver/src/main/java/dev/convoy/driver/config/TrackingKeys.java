package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.text;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.driver.mlflow.MlflowSettings;
import dev.convoy.driver.tracking.TrackingSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The keys of what a run tells other tools, which are a part of {@link Keys}. */
public final class TrackingKeys {
  public static final Key<Switch> TENSORBOARD =
      new Key<>(
          "train.tensorboard",
          "off",
          "word",
          "whether RUN/tensorboard is written, for which the network is looked at after each epoch",
          word(Switch.class));
  public static final Key<Optional<URI>> MLFLOW_URI =
      new Key<>(
          "tracking.mlflow.uri",
          "",
          "URL",
          "MLflow server that runs are tracked on; empty for none",
          text -> text.isBlank() ? Optional.empty() : Optional.of(MlflowSettings.address(text)));
  public static final Key<String> MLFLOW_EXPERIMENT =
      new Key<>(
          "tracking.mlflow.experiment",
          "convoy",
          "text",
          "experiment of MLflow that runs are part of; created if there is none",
          text());

  private TrackingKeys() {}

  /** Returns the keys that are of no command. */
  static List<Key<?>> ofServers() {
    return List.of(MLFLOW_URI, MLFLOW_EXPERIMENT);
  }

  /** Reads all keys. */
  public static TrackingSettings read(Settings settings) {
    String experiment = settings.get(MLFLOW_EXPERIMENT);
    return new TrackingSettings(
        settings.get(TENSORBOARD) == Switch.ON,
        settings.get(MLFLOW_URI).map(server -> new MlflowSettings(server, experiment)));
  }
}
