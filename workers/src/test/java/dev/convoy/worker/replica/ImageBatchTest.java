package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.worker.TestNetworks;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stored bytes become the tensors that networks take. */
@Tag("slow")
class ImageBatchTest {
  /**
   * Images that lie one behind the other in one array, after some bytes that are none of theirs.
   */
  record Stored(byte[] bytes, int before, int size, int[] labels) implements ImageBatch.Images {
    static Stored random(int n, int size, int... labels) {
      byte[] bytes = new byte[3 + n * size];
      new java.util.Random(n).nextBytes(bytes);
      return new Stored(bytes, 3, size, labels);
    }

    @Override
    public byte[] pixels(int index) {
      return bytes;
    }

    @Override
    public int offset(int index) {
      return before + index * size;
    }

    @Override
    public int label(int index) {
      return labels[index];
    }
  }

  /** Every image by its own numbers, whatever its neighbours are, also in another size. */
  @Property(tries = 50)
  void imagesThatAreNormalisedOneByOneHaveTheirOwnValues(
      @ForAll @IntRange(min = 1, max = 4) int n, @ForAll ImageBatch.Order order) {
    Normalisation perImage =
        Normalisation.of(Normalisation.Kind.PER_IMAGE, TestNetworks.normalisation(3));
    try (ImageBatch batch = new ImageBatch(new ImageShape(3, 2, 3), 2, perImage, 0, order)) {
      for (ImageShape shape : List.of(new ImageShape(3, 2, 3), new ImageShape(2, 5, 3))) {
        Stored stored = Stored.random(n, shape.size(), new int[n]);
        float[] found = batch.fill(shape, n, stored).features().dup('c').data().asFloat();
        for (int i = 0; i < found.length; i++) {
          int image = i / shape.size();
          float[][] tables = perImage.tables(stored.bytes(), stored.offset(image), shape.size());
          int value = stored.bytes()[stored.offset(0) + i] & 0xff;
          assertThat(found[i]).isEqualTo(tables[0][value]);
        }
      }
    }
  }

  @Property(tries = 100)
  void featuresAreTheNormalisedBytesChannelByChannel(
      @ForAll @IntRange(min = 1, max = 4) int n,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double mean,
      @ForAll @DoubleRange(min = 0.01, max = 1) double share,
      @ForAll ImageBatch.Order order) {
    ImageShape images = new ImageShape(3, 2, 3);
    double std = share * Math.sqrt(mean * (1 - mean));
    Normalisation normalisation =
        new Normalisation(List.of(mean, 128 / 255.0, 0.25), List.of(std, 0.0, 0.4));
    Stored stored = Stored.random(n, images.size(), new int[n]);
    INDArray features =
        new ImageBatch(images, 2, normalisation, 0, order).fill(n, stored).features();
    assertThat(features.shape()).containsExactly(n, 3, 3, 2);
    boolean pixels = order == ImageBatch.Order.CHANNELS_LAST;
    assertThat(features.stride())
        .containsExactly(pixels ? new long[] {18, 1, 6, 3} : new long[] {18, 6, 2, 1});
    for (int i = 0; i < n; i++) {
      for (int channel = 0; channel < 3; channel++) {
        // A channel that never varies is only centred.
        double divisor = channel == 1 ? 1 : normalisation.std().get(channel);
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 2; column++) {
            int at = stored.offset(i) + (channel * 3 + row) * 2 + column;
            double expected =
                (Byte.toUnsignedInt(stored.bytes[at]) / 255.0 - normalisation.mean().get(channel))
                    / divisor;
            assertThat(features.getFloat(i, channel, row, column)).isEqualTo((float) expected);
          }
        }
      }
    }
  }

  @Example
  void labelsAreOneHotAndAnUnlabelledImageHasAZeroRow() {
    Stored stored = Stored.random(3, 64, 2, -1, 0);
    ImageBatch batch = new ImageBatch(TestNetworks.GREY, 3, TestNetworks.normalisation(1));
    INDArray labels = batch.fill(3, stored).labels();
    assertThat(labels.toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0, 0, 1}, {0, 0, 0}, {1, 0, 0}});
    Stored other = Stored.random(3, 64, 1, 1, 1);
    assertThat(batch.fill(3, other).labels().toFloatMatrix())
        .as("nothing is left of the batch before")
        .isDeepEqualTo(new float[][] {{0, 1, 0}, {0, 1, 0}, {0, 1, 0}});
  }

  @Example
  void aSmoothedLabelGivesItsShareToAllLabels() {
    // With s = 0.3 of 3 labels, every label has 0.1, and the image's own 0.7 beside it.
    ImageBatch batch = grey(0.3);
    assertThat(batch.fill(3, Stored.random(3, 64, 2, -1, 0)).labels().toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0.1f, 0.1f, 0.8f}, {0, 0, 0}, {0.8f, 0.1f, 0.1f}});
  }

  @Example
  void aSmoothingOfTheWholeLabelIsRefused() {
    assertThatThrownBy(() -> grey(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid labelSmoothing: 1.0 (must be at least 0 and less than 1)");
  }

  private static ImageBatch grey(double labelSmoothing) {
    Normalisation normalisation = TestNetworks.normalisation(1);
    ImageBatch.Order order = ImageBatch.Order.CHANNELS_LAST;
    return new ImageBatch(TestNetworks.GREY, 3, normalisation, labelSmoothing, order);
  }

  @Property
  void imagesOfAnotherSizeAreTakenWhole(@ForAll ImageBatch.Order order) {
    // Planes of 200·90 = 18,000 pixels take more than one copy.
    ImageShape large = new ImageShape(200, 90, 3);
    Normalisation normalisation = TestNetworks.normalisation(3);
    ImageBatch batch = new ImageBatch(new ImageShape(3, 2, 3), 2, normalisation, 0, order);
    Stored stored = Stored.random(2, large.size(), 0, 1);
    INDArray features = batch.fill(large, 2, stored).features();
    assertThat(features.shape()).containsExactly(2, 3, 200, 90);
    float[] values = features.dup('c').data().asFloat();
    for (int i = 0; i < values.length; i++) {
      float[] table = normalisation.table(i / large.plane() % 3);
      assertThat(values[i]).isEqualTo(table[Byte.toUnsignedInt(stored.bytes[3 + i])]);
    }
    batch.close();
  }

  @Example
  void imagesOfOtherChannelsAreRefused() {
    ImageBatch batch = new ImageBatch(TestNetworks.GREY, 2, TestNetworks.normalisation(1));
    ImageShape colour = new ImageShape(8, 8, 3);
    assertThatThrownBy(() -> batch.fill(colour, 1, Stored.random(1, colour.size(), 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid images: 8×8×3 for a network on 1 channels");
  }

  @Example
  void aBatchSizeThatComesAgainReusesItsArrays() {
    ImageBatch batch = new ImageBatch(TestNetworks.GREY, 3, TestNetworks.normalisation(1));
    INDArray full = batch.fill(5, Stored.random(5, 64, new int[5])).features();
    batch.fill(2, Stored.random(2, 64, new int[2]));
    assertThat(batch.fill(5, Stored.random(5, 64, new int[5])).features()).isSameAs(full);
  }

  @Example
  void memoryDoesNotGrowWithTheNumberOfBatchSizes() {
    ImageBatch batch = new ImageBatch(TestNetworks.GREY, 3, TestNetworks.normalisation(1));
    INDArray full = batch.fill(64, Stored.random(64, 64, new int[64])).features();
    List<INDArray> remainders = new ArrayList<>();
    for (int n = 1; n < 64; n++) {
      remainders.add(batch.fill(n, Stored.random(n, 64, new int[n])).features());
      assertThat(batch.fill(64, Stored.random(64, 64, new int[64])).features()).isSameAs(full);
    }
    assertThat(remainders.stream().filter(array -> !array.wasClosed()).count())
        .isLessThanOrEqualTo(3);
    assertThat(full.wasClosed()).isFalse();
  }

  @Example
  void memoryDoesNotGrowWithTheNumberOfImageSizes() {
    ImageBatch batch = new ImageBatch(TestNetworks.GREY, 3, TestNetworks.normalisation(1));
    List<INDArray> features = new ArrayList<>();
    for (int side = 1; side <= 40; side++) {
      ImageShape size = new ImageShape(side, 41 - side, 1);
      features.add(batch.fill(size, 1, Stored.random(1, size.size(), 0)).features());
    }
    assertThat(features.stream().filter(array -> !array.wasClosed()).count()).isEqualTo(3);
    // 128 MiB of floats, and a little more: together more than may be kept.
    ImageShape large = new ImageShape(4096, 8192, 1);
    INDArray first = batch.fill(large, 1, Stored.random(1, large.size(), 0)).features();
    assertThat(first.wasClosed()).isFalse();
    ImageShape larger = new ImageShape(8192, 4097, 1);
    INDArray second = batch.fill(larger, 1, Stored.random(1, larger.size(), 0)).features();
    assertThat(first.wasClosed()).isTrue();
    assertThat(features.stream().filter(array -> !array.wasClosed()).count()).isZero();
    assertThat(second.wasClosed()).isFalse();
    second.close();
  }
}
