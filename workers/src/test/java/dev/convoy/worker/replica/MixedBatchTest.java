package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.BatchMix;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.worker.TestNetworks;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mixed minibatches, value by value, against the formulas of mixup and CutMix. */
class MixedBatchTest {
  private static final ImageShape SHAPE = new ImageShape(4, 5, 3);
  private static final int LABELS = 4;
  private static final double SMOOTHING = 0.1;
  private static final Normalisation NORMALISATION = TestNetworks.normalisation(3);
  private static final List<Integer> PARTNERS = List.of(2, 1, 0);
  private static final Random RANDOM = new Random(4);

  private static final byte[][] PIXELS = {random(), random(), random()};

  private static byte[] random() {
    byte[] pixels = new byte[SHAPE.size()];
    RANDOM.nextBytes(pixels);
    return pixels;
  }

  private static final ImageBatch.Images IMAGES =
      new ImageBatch.Images() {
        @Override
        public byte[] pixels(int index) {
          return PIXELS[index];
        }

        @Override
        public int label(int index) {
          return index;
        }
      };

  private static ImageBatch batch(ImageBatch.Order order) {
    return new ImageBatch(SHAPE, LABELS, NORMALISATION, SMOOTHING, order);
  }

  private static float value(int image, int at) {
    return NORMALISATION.table(at / SHAPE.plane())[PIXELS[image][at] & 0xff];
  }

  private static float[] features(OpenGraph.Tensors tensors) {
    return tensors.features().dup('c').data().asFloat();
  }

  /** The mean of the smoothed labels, which is the smoothed mean of the labels. */
  private static void requireLabels(OpenGraph.Tensors tensors, double own) {
    for (int image = 0; image < 3; image++) {
      double sum = 0;
      for (int label = 0; label < LABELS; label++) {
        double mean =
            own * (label == image ? 1 : 0) + (1 - own) * (label == PARTNERS.get(image) ? 1 : 0);
        double expected = (1 - SMOOTHING) * mean + SMOOTHING / LABELS;
        float found = tensors.labels().getFloat(image, label);
        assertThat(Math.abs(found - expected)).isLessThan(1e-6);
        sum += found;
      }
      assertThat(Math.abs(sum - 1)).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageBatch.Order.class)
  void mixupBlendsNormalisedValuesAndSmoothedLabels(ImageBatch.Order order) {
    try (ImageBatch batch = batch(order)) {
      BatchMix mix = new BatchMix(0.7, PARTNERS, new BatchMix.Area(0, 0, 0, 0));
      OpenGraph.Tensors tensors = batch.fillMixed(3, IMAGES, mix);
      float[] found = features(tensors);
      for (int i = 0; i < found.length; i++) {
        int image = i / SHAPE.size();
        int at = i % SHAPE.size();
        double expected = 0.7 * value(image, at) + 0.3 * value(PARTNERS.get(image), at);
        assertThat(Math.abs(found[i] - expected)).isLessThan(1e-6);
      }
      requireLabels(tensors, 0.7);
      assertThat(features(batch.fill(3, IMAGES))[0]).as("unmixed again").isEqualTo(value(0, 0));
    }
  }

  @ParameterizedTest
  @EnumSource(ImageBatch.Order.class)
  void cutmixReplacesTheAreaByThePartners(ImageBatch.Order order) {
    try (ImageBatch batch = batch(order)) {
      BatchMix mix = new BatchMix(1 - 6 / 20.0, PARTNERS, new BatchMix.Area(1, 2, 3, 5));
      OpenGraph.Tensors tensors = batch.fillMixed(3, IMAGES, mix);
      float[] found = features(tensors);
      for (int i = 0; i < found.length; i++) {
        int image = i / SHAPE.size();
        int at = i % SHAPE.size();
        int row = at % SHAPE.plane() / SHAPE.width();
        int column = at % SHAPE.width();
        boolean inside = row >= 1 && row < 3 && column >= 2;
        assertThat(found[i]).isEqualTo(value(inside ? PARTNERS.get(image) : image, at));
      }
      requireLabels(tensors, 0.7);
    }
  }
}
