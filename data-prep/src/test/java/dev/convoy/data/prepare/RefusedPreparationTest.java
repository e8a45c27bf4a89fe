package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.cycle;
import static dev.convoy.data.TestImages.encode;
import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.idxImages;
import static dev.convoy.data.TestImages.idxLabels;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.progress.WorkListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be prepared is refused, and nothing is left half written or lost. */
@Tag("slow")
class RefusedPreparationTest {
  private Preparation job;

  @BeforeEach
  void paths(@TempDir Path directory) {
    job = Preparation.in(directory);
  }

  @Test
  void badImagesFailTheJobAndLeaveNothing() throws IOException {
    job.putFolder();
    for (int i = 0; i < 12; i++) {
      put(job.input(), "cat/bad" + i + ".png", new byte[] {1, 2, 3});
    }
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining(
            "12 of 32 images are bad\n  cat/bad0.png: not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image\n")
        .hasMessageContaining("\n  and 2 more\nTo go on without them: --on-bad reject");
    assertThat(job.output()).doesNotExist();
  }

  @Test
  void allHeadersAreLookedAtBeforeAnImageIsDecoded() {
    job.putFolder();
    put(job.input(), "cat/large.png", png(grey(11, new int[121])));
    put(job.input(), "dog/larger.png", png(grey(12, new int[144])));
    put(job.input(), "dog/text.png", new byte[] {'t'});
    List<String> parts = new ArrayList<>();
    WorkListener listener =
        new WorkListener() {
          @Override
          public void begin(String part, String items, OptionalLong total) {
            parts.add(part);
          }

          @Override
          public void progress(long done) {}

          @Override
          public void end() {}
        };
    PreparePlan.Builder plan = job.plan().limits(new ImageLimits(1000, 100));
    assertThatThrownBy(() -> Preparer.run(TestSpark.session(), plan.build(), "0.1.0", listener))
        .isInstanceOf(JobFailedException.class)
        .hasMessageEndingWith(
            """
            : 3 of 23 images are bad
              cat/large.png: 11×11 pixels are more than the limit of 100
              dog/larger.png: 12×12 pixels are more than the limit of 100
              dog/text.png: not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image
            To read those with too many pixels: --max-pixels 144
            To go on without them: --on-bad reject""");
    assertThat(parts).containsExactly("Reading headers");
    plan.limits(new ImageLimits(1000, 144)).onBad(OnBad.REJECT);
    Manifest manifest = job.run(plan).manifest();
    assertThat(manifest.examples()).isEqualTo(22);
    assertThat(manifest.plan().path("maxPixels").asLong()).isEqualTo(144);
  }

  @Test
  void aFolderWithoutAnImageThatCanBeReadIsRefusedWithTheReasons() {
    put(job.input(), "cat/1.png", new byte[0]);
    put(job.input(), "cat/2.png", png(grey(12, new int[144])));
    PreparePlan.Builder plan = job.plan().limits(new ImageLimits(1000, 100)).onBad(OnBad.REJECT);
    assertThatThrownBy(() -> job.run(plan))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith(
            """
            : none of its 2 images can be read
              cat/1.png: the file is empty
              cat/2.png: 12×12 pixels are more than the limit of 100
            To read those with too many pixels: --max-pixels 144""");
  }

  @Test
  void damagedImagesAreKeptAndNamedOrRejected() {
    job.putFolder();
    int[] noise = new Random(1).ints(64 * 64, 0, 256).toArray();
    byte[] whole = encode(grey(64, noise), "jpg");
    // Without some of its data, and with its end, the last rows are missing.
    byte[] damaged = Arrays.copyOf(whole, whole.length - 300);
    damaged[damaged.length - 2] = (byte) 0xff;
    damaged[damaged.length - 1] = (byte) 0xd9;
    put(job.input(), "cat/damaged.jpg", damaged);
    PrepareReport kept = job.run(job.plan());
    assertThat(kept.manifest().examples()).isEqualTo(21);
    assertThat(kept.warnings())
        .containsExactly(
            "1 image is damaged and was decoded in part: cat/damaged.jpg (Corrupt JPEG data:"
                + " premature end of data segment); --damaged reject leaves them out");
    PreparePlan.Builder strict =
        job.plan().damaged(OnDamaged.REJECT).existing(ExistingOutput.OVERWRITE);
    assertThatThrownBy(() -> job.run(strict))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining(
            "1 of 21 images is bad\n  cat/damaged.jpg: damaged: Corrupt JPEG data: premature end");
    PrepareReport rejected = job.run(strict.onBad(OnBad.REJECT));
    assertThat(rejected.manifest().examples()).isEqualTo(20);
    assertThat(rejected.manifest().rejected()).isEqualTo(1);
  }

  @Test
  void moreBadImagesThanAllowedFailTheJob() {
    job.putFolder();
    put(job.input(), "cat/bad.png", new byte[1]);
    assertThatThrownBy(() -> job.run(job.plan().onBad(OnBad.REJECT).maxBad(0.04)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("1 of 21 images is bad")
        .hasMessageEndingWith("That is more than --max-bad 0.04 allows");
    assertThat(job.run(job.plan().onBad(OnBad.REJECT).maxBad(0.05)).manifest().rejected())
        .isEqualTo(1);
  }

  @Test
  void aReplacementThatFailsLeavesTheEarlierDatasetWhole() {
    job.putFolder();
    PrepareReport report = job.run(job.plan());
    put(job.input(), "cat/bad.png", new byte[1]);
    assertThatThrownBy(() -> job.run(job.plan().existing(ExistingOutput.OVERWRITE)))
        .isInstanceOf(JobFailedException.class);
    assertThat(Preparation.rows(report, Split.TRAIN)).isNotEmpty();
  }

  @Test
  void brokenCompressedFileFailsTheJobAndLeavesNothing() throws IOException {
    put(job.input(), "train-images-idx3-ubyte.gz", gzip(Arrays.copyOf(idxImages(50, 2, 2), 100)));
    put(job.input(), "train-labels-idx1-ubyte", idxLabels(cycle(50, 3)));
    Files.createDirectories(job.output());
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ubyte.gz: it is truncated: it ends at item 21 of 50");
    assertThat(job.output()).isEmptyDirectory();
  }

  @Test
  void outputThatHoldsSomethingIsRefusedAndReplacedOnlyIfItIsADataset() throws IOException {
    job.putFolder();
    job.run(job.plan());
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("is not empty (name another --output, or replace what is there with");
    List<String> before = job.left();
    job.run(job.plan().existing(ExistingOutput.OVERWRITE));
    assertThat(job.left()).hasSameSizeAs(before).isNotEqualTo(before);

    put(job.output(), "thesis.tex", new byte[1]);
    assertThatThrownBy(() -> job.run(job.plan().existing(ExistingOutput.OVERWRITE)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("holds thesis.tex, which is not part of a dataset");
    assertThat(job.output().resolve("manifest.json")).exists();
  }

  @Test
  void faultsOfInputAndOutputAreReportedTogether() {
    put(job.output(), "x", new byte[1]);
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("holds x")
        .hasMessageContaining("there is no such file or directory");
  }

  @Test
  void outputInsideTheInputIsRefused() {
    job.putFolder();
    job = job.into(job.input().resolve("dataset"));
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("must neither be inside the input nor contain it");
  }

  @Test
  void splitWithoutTrainImagesIsRefusedAndLeavesNothing() {
    job.putIdx("t10k", 10);
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no image is left for the train split");
    assertThat(job.output()).doesNotExist();
  }

  @Test
  void anOutputBelowAFileIsRefused() {
    job.putFolder();
    Path directory = job.output().getParent();
    put(directory, "a file", new byte[1]);
    job = job.into(directory.resolve("a file/dataset"));
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("a file is a file, not a directory");
  }

  @Test
  void failureOfATaskNamesItsCause() {
    job.putFolder();
    Path output = job.output();
    // Linux takes paths of up to 4,095 bytes: enough for the lease, but not for files of examples.
    while (output.toString().length() < 4020) {
      int rest = 4028 - output.toString().length() - 1;
      output = output.resolve("x".repeat(Math.min(200, rest)));
    }
    job = job.into(output);
    assertThatThrownBy(() -> job.run(job.plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("Cannot create file:" + job.output() + "/examples/split=");
  }
}
