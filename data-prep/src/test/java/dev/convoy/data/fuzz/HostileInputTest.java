package dev.convoy.data.fuzz;

import static dev.convoy.data.TestImages.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.convoy.data.ImageShape;
import dev.convoy.data.TestSpark;
import dev.convoy.data.TestTar;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.image.corpus.Case;
import dev.convoy.data.image.corpus.ImageCorpus;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.HostileArchiveFuzz;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are changed at random, from seeds 1, 2, 3, … for {@code convoy.fuzz.seconds}: images
 * of the corpus, and archives. Whatever a file holds, it is read or refused with a reason, within a
 * time and with memory that are stated here, and nothing is written.
 */
@Tag("slow")
class HostileInputTest {
  /** Longest time for one file of at most 100 kB, of which a frozen machine takes most. */
  private static final double MOST_SECONDS = 10;

  /** Most memory that reading such a file may take in all, with at most a million pixels. */
  private static final long MOST_BYTES = 256L << 20;

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1_000_000);
  private static final List<Background> BACKGROUNDS =
      List.of(Background.BLACK, Background.WHITE, Background.MEAN, Background.REFUSE);

  private static final double SECONDS =
      Double.parseDouble(System.getProperty("convoy.fuzz.seconds", "60"));

  @TempDir Path directory;

  private interface Reading {
    void read() throws Exception;
  }

  private static void within(long seed, String name, byte[] file, Reading reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    try {
      reading.read();
    } catch (Throwable e) {
      throw new AssertionError(
          "seed " + seed + ", " + name + ": " + Base64.getEncoder().encodeToString(file), e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
    assertThat(seconds).as("seconds of seed %d, %s", seed, name).isLessThan(MOST_SECONDS);
    assertThat(allocated).as("bytes of seed %d, %s", seed, name).isLessThan(MOST_BYTES);
  }

  @Test
  void imagesAreReadOrRefused() {
    List<Case> corpus = ImageCorpus.all();
    List<byte[]> files = corpus.stream().map(Case::file).toList();
    long end = System.nanoTime() + (long) (SECONDS / 2 * 1e9);
    int read = 0;
    int refused = 0;
    for (long seed = 1; System.nanoTime() < end; seed++) {
      Mutation mutation = new Mutation(seed);
      int chosen = mutation.random().nextInt(files.size());
      byte[] file = mutation.changed(files.get(chosen), files);
      if (file.length > 100_000) {
        continue;
      }
      ImageFitter fitter =
          new ImageFitter(
              new ImageShape(8, 6, 1 + 2 * mutation.random().nextInt(2)),
              new Geometry(
                  one(mutation, Fit.values()),
                  Padding.of(one(mutation, "zero", "edge", "mean", "reflect", "#c0ffee"))
                      .orElseThrow(),
                  one(mutation, Place.values()),
                  one(mutation, Resampling.values())),
              LIMITS,
              BACKGROUNDS.get(mutation.random().nextInt(BACKGROUNDS.size())));
      boolean[] good = new boolean[1];
      within(seed, corpus.get(chosen).name(), file, () -> good[0] = isRead(file, fitter));
      read += good[0] ? 1 : 0;
      refused += good[0] ? 0 : 1;
    }
    // A test that reads nothing, or changes nothing, would find nothing.
    assertThat(read).isGreaterThan(100);
    assertThat(refused).isGreaterThan(100);
  }

  private static boolean isRead(byte[] file, ImageFitter fitter) {
    try {
      Optional<StoredImage> start =
          StoredImage.start(Arrays.copyOf(file, Math.min(file.length, 200)), file.length);
      if (start.isPresent()) {
        start.get().shape(LIMITS);
      }
    } catch (BadImageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      assertThat(StoredImage.file(file).fitted(fitter).pixels()).hasSize(fitter.shape().size());
      return true;
    } catch (BadImageException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    }
  }

  private static List<byte[]> archives() {
    List<Case> images = ImageCorpus.all();
    TestTar folders = new TestTar().special("cat/", '5', "");
    TestTar samples = new TestTar();
    for (int i = 0; i < 8; i++) {
      byte[] image = images.get(i * images.size() / 8).file();
      folders.file((i % 2 == 0 ? "cat/" : "dog/") + i + (i == 3 ? "" : ".png"), image);
      samples.text(i + ".cls", Integer.toString(i % 2)).file(i + ".png", image);
      samples.text(i + ".json", "{\"label\": " + i + "}");
    }
    String longName = "cat/" + "n".repeat(150) + ".png";
    TestTar special =
        new TestTar()
            .pax("path=cat/caf\u00e9.png", "x", images.get(0).file())
            .pax("size=40", "cat/y.png", images.get(1).file())
            .pax("GNU.sparse.map=0,10,20,5", "cat/s.png", images.get(2).file())
            .entry(
                "././@LongLink".getBytes(StandardCharsets.UTF_8),
                'L',
                longName.length(),
                "",
                longName.getBytes(StandardCharsets.UTF_8))
            .file("x", images.get(3).file())
            .special("cat/link.png", '2', "y.png")
            .entry("cat/holes.png".getBytes(StandardCharsets.UTF_8), 'S', 512, "", new byte[512])
            .file("../out.png", images.get(4).file());
    return List.of(folders.bytes(), samples.bytes(), special.bytes());
  }

  @Test
  void archivesAreReadAlikeInEveryWay() throws IOException {
    Storage storage = TestSpark.storage();
    List<byte[]> archives = archives();
    Path path = directory.resolve("x.tar");
    long end = System.nanoTime() + (long) (SECONDS / 2 * 1e9);
    int count = 0;
    for (long seed = 1; System.nanoTime() < end; seed++) {
      Mutation mutation = new Mutation(seed);
      byte[] tar = archives.get(mutation.random().nextInt(archives.size()));
      int way = mutation.random().nextInt(4);
      if (way < 3) {
        tar = mutation.changed(tar, archives);
        if (mutation.random().nextInt(4) > 0) {
          Mutation.repairSums(tar);
        }
      }
      int packing = mutation.random().nextInt(3);
      byte[] packed = packing == 0 ? tar : packing == 1 ? gzip(tar) : TestTar.zstd(tar);
      byte[] file = way == 3 ? mutation.changed(packed, List.of(packed)) : packed;
      Files.write(path, file);
      within(seed, "archive", file, () -> HostileArchiveFuzz.read(storage, path, file.length));
      count++;
    }
    assertThat(count).isGreaterThan(100);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }

  @SafeVarargs
  private static <T> T one(Mutation mutation, T... values) {
    return values[mutation.random().nextInt(values.length)];
  }
}
