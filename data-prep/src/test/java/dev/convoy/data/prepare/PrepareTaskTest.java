package dev.convoy.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One task of a preparation. */
class PrepareTaskTest {
  @Test
  void attemptThatFailsDeletesWhatItWrote(@TempDir Path directory) throws IOException {
    Preparation job = Preparation.in(directory);
    ImageFitter fitter = new ImageFitter(new ImageShape(1, 1, 1), Fit.PAD);
    SplitRule rule = new SplitRule(1, 0.5, 0);
    PrepareTask task = new PrepareTask(job.output().toString(), fitter, rule, 1, 1);
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
          return new OnePixel("x/" + drawn);
        }

        @Override
        public void close() {}
      };
    }
  }

  private record OnePixel(String id) implements RawImage {
    @Override
    public String source() {
      return "x";
    }

    @Override
    public int label() {
      return 0;
    }

    @Override
    public Optional<Split> given() {
      return Optional.empty();
    }

    @Override
    public FittedImage fitted(ImageFitter fitter) {
      return new FittedImage(new byte[1], FittedImage.Origin.OWN_SIZE, FittedImage.Colour.KEPT);
    }
  }
}
