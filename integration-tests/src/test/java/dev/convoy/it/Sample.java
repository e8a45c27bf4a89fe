package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.source.FashionMnistSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sample, prepared once, and one lenet trained on it: what most tests start from. */
final class Sample {
  private static Path work;
  private static JsonNode prepared;
  private static JsonNode trained;

  private Sample() {}

  /** A directory that ends with the test JVM's temporary files. */
  static synchronized Path work() {
    if (work == null) {
      try {
        work = Files.createTempDirectory(HomeTarget.directory(), "work");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return work;
  }

  /** The IDX files of the sample. */
  static synchronized Path images() {
    Path images = work().resolve("images");
    if (!Files.exists(images)) {
      FashionMnistSample.extractTo(images);
    }
    return images;
  }

  /** The dataset. */
  static synchronized Path dataset() {
    Path dataset = work().resolve("dataset");
    if (prepared == null) {
      Convoy.Outcome outcome =
          Convoy.in(work())
              .run("prepare", "--input", images().toString(), "--output", "dataset", "--json");
      assertThat(outcome.status()).as("%s", outcome).isZero();
      prepared = outcome.json();
    }
    return dataset;
  }

  /** What prepare said about the dataset. */
  static synchronized JsonNode prepared() {
    dataset();
    return prepared;
  }

  /** The run of one lenet, one epoch, two replicas, on {@code local[2]}, as users start it. */
  static synchronized JsonNode trained() {
    if (trained == null) {
      trained = train("run", "local[2]", Convoy.asUsersDo(work()));
    }
    return trained;
  }

  /** The model of that run. */
  static Path model() {
    trained();
    return work().resolve("run/model");
  }

  /** Trains the same plan again, elsewhere. */
  static JsonNode train(String output, String master, Convoy convoy, String... options) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("train", "--data", dataset().toString(), "--network", "lenet"));
    words.addAll(List.of("--epochs", "1", "--augment-crop", "1", "--augment-flip", "0.5"));
    words.addAll(List.of("--output", output, "--master", master, "--json"));
    words.addAll(Convoy.quickExecutors(master));
    words.addAll(List.of(options));
    Convoy.Outcome outcome = convoy.run(words.toArray(String[]::new));
    assertThat(outcome.status()).as("%s", outcome).isZero();
    return outcome.json();
  }
}
