package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.cycle;
import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.idxImages;
import static dev.convoy.data.TestImages.idxLabels;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;

import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.progress.WorkListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * Raw images in one directory and the dataset that is made of them in another. The names are such
 * that file systems take them for patterns, unless they are told otherwise.
 */
record Preparation(Path input, Path output) {
  static Preparation in(Path directory) {
    return new Preparation(
        directory.resolve("raw images [1]"), directory.resolve("data set {a,b} [2]"));
  }

  /** The same with another output. */
  Preparation into(Path other) {
    return new Preparation(input, other);
  }

  PreparePlan.Builder plan() {
    return PreparePlan.from(input.toString(), output.toString());
  }

  PrepareReport run(PreparePlan.Builder plan) {
    return Preparer.run(TestSpark.session(), plan.build(), "0.1.0", WorkListener.SILENT);
  }

  /** Grey images of 2×2 pixels that are all the image's number, with three labels in turn. */
  void putIdx(String stem, int count) {
    put(input, stem + "-images-idx3-ubyte", idxImages(count, 2, 2));
    put(input, stem + "-labels-idx1-ubyte", idxLabels(cycle(count, 3)));
  }

  /** Ten good grey images of each of two labels. */
  void putFolder() {
    for (int i = 0; i < 10; i++) {
      put(input, "cat/" + i + ".png", png(grey(2, i, i, i, i)));
      put(input, "dog/" + i + ".png", png(grey(2, 100 + i, 0, 0, 0)));
    }
  }

  /** The examples of a split. */
  static List<Row> rows(PrepareReport report, Split split) {
    return ImageDataset.open(TestSpark.storage(), report.output())
        .split(TestSpark.session(), split)
        .collectAsList();
  }

  /** The files under the output. */
  List<String> left() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }
}
