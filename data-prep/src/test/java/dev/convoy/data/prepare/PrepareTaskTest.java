package dev.convoy.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.TestSpark;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One task of a preparation. */
class PrepareTaskTest {
  @Test
  void attemptThatFailsDeletesWhatItWrote(@TempDir Path directory) throws IOException {
    Preparation job = Preparation.in(directory);
    ImageFitter fitter = new ImageFitter(new ImageShape(1, 1, 1), Fit.PAD);
    SplitRule rule = SplitRule.of(1, 1, new Draws(), 0.5, 0);
    PrepareTask task =
        new PrepareTask(
            job.output().toString(),
            fitter,
            rule,
            new Grouping(Grouping.Kind.NONE, null),
            1,
            OnDamaged.KEEP,
            LeftOut.NONE,
            1);
    Storage storage = TestSpark.storage();
    assertThatThrownBy(() -> task.run(new FailingSlice(100), storage, 0, () -> false, () -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("the disk is gone");
    assertThat(job.left()).isEmpty();
    assertThatThrownBy(() -> task.run(new FailingSlice(100), storage, 0, () -> true, () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the task was cancelled");
  }

  /** Some good images, and then the disk is gone. */
  private record FailingSlice(int good) implements SourceSlice {
    @Override
    public RawImages open(Storage storage, ImageLimits limits) {
      return new RawImages() {
        private int drawn;

        @Override
        public boolean hasNext() {
          return true;
        }

        @Override
        public RawImage next() {
          if (drawn++ == good) {
            throw new UncheckedIOException("the disk is gone", new IOException());
          }
          return new RawImage(
              "x/" + drawn,
              "x",
              OptionalInt.of(0),
              Optional.empty(),
              StoredImage.grey(new byte[1], 1, 1));
        }

        @Override
        public void close() {}
      };
    }
  }
}
