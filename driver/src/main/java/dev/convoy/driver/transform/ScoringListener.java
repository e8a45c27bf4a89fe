package dev.convoy.driver.transform;

import dev.convoy.data.image.FittedImage;
import java.io.Serializable;

/** Is told, in tasks on executors, which images are scored. */
public interface ScoringListener extends Serializable {
  /** Ignores everything. */
  ScoringListener SILENT =
      new ScoringListener() {
        private static final long serialVersionUID = 1L;

        @Override
        public void decoded(FittedImage image) {}

        @Override
        public void finished() {}
      };

  /** An image was read. */
  void decoded(FittedImage image);

  /** A row has its prediction, or the reason why it has none. */
  void finished();
}
