package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A short run that is hard to reproduce: with dropout, augmentation, batch norm, momentum on the
 * replicas and between rounds, what replicas send rounded at random, and a checkpoint after every
 * round. Its network is quick to train and long to write.
 */
final class HardRun extends RunFiles {
  static final String MASTER = "local[2]";

  private static final String NETWORK =
      """
      input { height = 28, width = 28, channels = 1 }
      layers = [
        { conv { maps = 8, kernel = 3, padding = same } }
        { norm { type = batch } }
        { activation { function = relu } }
        { pool { type = max, size = 2 } }
        { dense { units = 256, activation = relu } }
        { dropout { rate = 0.3 } }
        { output { } }
      ]
      """;

  private static Unbroken unbroken;

  /** A run in a directory, which need not exist. */
  HardRun(Path directory) {
    super(directory);
  }

  /**
   * The run when nothing happens to it.
   *
   * @param training from the end of the first round to the end of the last
   * @param log the lines of its metrics, each by its kind, epoch and round
   */
  record Unbroken(String parametersSha256, int rounds, Duration training, List<String> log) {}

  /** Trained once, on {@code local[2]}. */
  static synchronized Unbroken unbroken() {
    if (unbroken == null) {
      HardRun run = new HardRun(Sample.work().resolve("unbroken"));
      Convoy.Outcome outcome = run.start().await();
      assertThat(outcome.status()).as("%s", outcome).isZero();
      List<JsonNode> lines = run.metrics();
      unbroken =
          new Unbroken(
              outcome.json().path("parametersSha256").asText(),
              outcome.json().path("rounds").asInt(),
              Duration.between(time(lines.get(0)), time(lines.get(lines.size() - 1))),
              lines.stream().map(HardRun::name).toList());
      run.assertEndedAsUnbroken(outcome);
    }
    return unbroken;
  }

  Job start(String... more) {
    return startOn(MASTER, more);
  }

  Job startOn(String master, String... more) {
    return startWith(Convoy.in(Sample.work()), Convoy.LAUNCHER, master, more);
  }

  /**
   * Starts the run, or goes on with it.
   *
   * @param program the launcher, or one that starts it
   * @param more words behind those of the run
   */
  Job startWith(Convoy convoy, Path program, String master, String... more) {
    List<String> words = words(Sample.dataset().toString(), directory().toString(), master);
    words.addAll(Convoy.quickExecutors(master));
    words.addAll(List.of(more));
    return convoy.start(program, words.toArray(String[]::new));
  }

  /** The command of such a run, with a copy of the sample's dataset. */
  static List<String> words(String dataset, String output, String master) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("train", "--data", dataset));
    words.addAll(List.of("--network", network().toString(), "--epochs", "2"));
    words.addAll(List.of("--average-every", "2", "--augment-crop", "2", "--augment-flip", "0.5"));
    words.addAll(List.of("--augment-flip-rule", "alternating", "--augment-padding", "reflect"));
    words.addAll(List.of("--augment-scale-min", "0.9", "--augment-rotation", "5"));
    words.addAll(List.of("--augment-brightness", "0.2", "--augment-erase-probability", "0.25"));
    words.addAll(List.of("--augment-mixup", "0.2", "--augment-cutmix", "1"));
    words.addAll(List.of("--set", "train.outer.step=nesterov", "--set", "train.sent=int8"));
    words.addAll(List.of("--set", "train.checkpoint.every=1"));
    words.addAll(List.of("--output", output, "--master", master, "--json"));
    return words;
  }

  /** Written once: another command may be reading it. */
  private static synchronized Path network() {
    Path file = Sample.work().resolve("hard.conf");
    if (!Files.exists(file)) {
      try {
        Files.writeString(file, NETWORK);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file;
  }

  /** Says that the run has ended, with the bits of the unbroken one and nothing half-written. */
  void assertEndedAsUnbroken(Convoy.Outcome outcome) {
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.json().path("parametersSha256").asText())
        .as("%s", outcome)
        .isEqualTo(unbroken().parametersSha256());
    try {
      assertThat(Sha256.hex(Files.readAllBytes(directory().resolve("model/parameters.bin"))))
          .isEqualTo(unbroken().parametersSha256());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(metrics().stream().map(HardRun::name)).isEqualTo(unbroken().log());
    assertThat(names(directory()))
        .containsExactly(
            "checkpoints",
            "metrics.jsonl",
            "model",
            "plan.json",
            "report.html",
            "report.json",
            "validation.json");
    assertThat(names(directory().resolve("model"))).containsExactly("model.json", "parameters.bin");
    assertThat(halfWritten()).isEmpty();
    assertThat(whole()).isNotEmpty();
  }

  private static String name(JsonNode line) {
    return line.path("kind").asText()
        + " "
        + line.path("epoch").asInt()
        + ", round "
        + line.path("round").asInt();
  }

  private static Instant time(JsonNode line) {
    return Instant.parse(line.path("time").asText());
  }
}
