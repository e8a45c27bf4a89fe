package dev.convoy.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistSampleTest {
  @TempDir Path directory;

  @Test
  void sampleIsBalanced() {
    FashionMnistSample.extractTo(directory.resolve("sub folder"));
    Storage storage = new Storage(new Configuration());
    Problems problems = new Problems();
    ImageSource source =
        ImageSource.open(
            new InputListing(storage, directory + "/sub folder"),
            Optional.empty(),
            List.of(),
            problems);
    assertThat(problems.faults()).isEmpty();
    assertThat(source.images()).isEqualTo(FashionMnistSample.TRAIN + FashionMnistSample.TEST);
    assertThat(source.labels()).isEqualTo(FashionMnistSample.LABELS);
    assertThat(source.naturalShape(storage, ImageLimits.DEFAULT))
        .map(ImageSource.NaturalShape::shape)
        .contains(new ImageShape(28, 28, 1));

    Map<String, Integer> counts = new TreeMap<>();
    for (SourceSlice slice : source.slices(784, 1 << 20, 1)) {
      try (RawImages images = slice.open(storage, ImageLimits.DEFAULT)) {
        while (images.hasNext()) {
          RawImage image = images.next();
          counts.merge(image.given().orElseThrow().key() + image.label(), 1, Integer::sum);
        }
      }
    }
    assertThat(counts).hasSize(20);
    counts.forEach(
        (key, count) -> assertThat(count).as(key).isEqualTo(key.startsWith("train") ? 500 : 100));
  }

  @Test
  void generatorMakesTheSampleAgain() throws IOException {
    Path whole = Path.of("/usr/share/datasets/fashion-mnist");
    Assumptions.assumeTrue(Files.isDirectory(whole), "Fashion-MNIST is not installed");
    Path made = directory.resolve("made");
    Path extracted = directory.resolve("extracted");
    FashionMnistSampleGenerator.main(new String[] {whole.toString(), made.toString()});
    FashionMnistSample.extractTo(extracted);
    try (var files = Files.list(extracted)) {
      for (Path file : files.toList()) {
        assertThat(made.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }
}
