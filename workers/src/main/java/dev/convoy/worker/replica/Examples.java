package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.Augmentation;
import java.io.Serializable;
import java.util.List;

/** The type of a run's examples and their layout in shards. */
public sealed interface Examples extends Serializable {
  /** Number of bytes of one example in its block, without its label number. */
  int bytes();

  /**
   * Labelled images with one byte per value.
   *
   * @param shape shape of every image
   * @param augmentation augmentation of the images in training
   */
  record Images(ImageShape shape, Augmentation augmentation) implements Examples {
    public Images {
      augmentation.requireFits(shape);
    }

    @Override
    public int bytes() {
      return shape.size();
    }
  }

  /**
   * Pairs of tensors as little-endian floats: all features, then all training targets. They have no
   * label numbers.
   *
   * @param features shape of the features of one example, without the axis of the minibatch
   * @param labels shape of the targets of one example, without the axis of the minibatch
   */
  record Tensors(List<Long> features, List<Long> labels) implements Examples {
    public Tensors {
      features = List.copyOf(features);
      labels = List.copyOf(labels);
      features.forEach(extent -> Checks.atLeast(1, extent, "features"));
      labels.forEach(extent -> Checks.atLeast(1, extent, "labels"));
      bytes(features, labels);
    }

    @Override
    public int bytes() {
      return bytes(features, labels);
    }

    private static int bytes(List<Long> features, List<Long> labels) {
      return Math.toIntExact(
          Math.multiplyExact(Math.addExact(values(features), values(labels)), Float.BYTES));
    }

    /** Returns the number of values of a tensor of that shape. */
    public static long values(List<Long> shape) {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }
}
