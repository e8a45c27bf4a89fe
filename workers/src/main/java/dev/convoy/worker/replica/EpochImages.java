package dev.convoy.worker.replica;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Augmenter;
import dev.convoy.data.augment.BatchMix;
import dev.convoy.data.augment.BatchMixer;
import dev.convoy.data.dataset.Shard;
import java.util.Optional;

/**
 * The images of a shard in the order of one epoch, augmented. The augmentation of an example is
 * drawn from (seed, epoch, replica, its number in the shard), so that it does not depend on rounds
 * or batches. The mixing of a batch is drawn from (seed, epoch, replica, its first example's place
 * in the epoch), so that it does not depend on rounds.
 */
final class EpochImages {
  private final Shard shard;
  private final int[] order;
  private final Optional<Augmenter> augmenter;
  private final Optional<BatchMixer> mixer;

  private EpochImages(
      Shard shard, int[] order, Optional<Augmenter> augmenter, Optional<BatchMixer> mixer) {
    this.shard = shard;
    this.order = order;
    this.augmenter = augmenter;
    this.mixer = mixer;
  }

  /**
   * Returns the images of one epoch.
   *
   * @param order numbers of the examples in the shard, in the order of the epoch
   */
  static EpochImages of(ReplicaPlan plan, int epoch, int replica, Shard shard, int[] order) {
    if (!(plan.examples() instanceof Examples.Images images
        && plan.spec() instanceof NetworkSpec network)) {
      throw new IllegalArgumentException("No images for a network that takes them");
    }
    Augmentation augmentation = images.augmentation();
    return new EpochImages(
        shard,
        order,
        augmentation.changesImages()
            ? Optional.of(
                new Augmenter(
                    augmentation,
                    images.shape(),
                    new Augmenter.Seed(
                        Seeds.derive(plan.seed(), epoch, 0, replica, Seeds.Purpose.AUGMENT),
                        Seeds.derive(plan.seed(), 0, 0, replica, Seeds.Purpose.FLIP),
                        epoch),
                    network.normalisation().nearestToMean()))
            : Optional.empty(),
        augmentation.mixesImages()
            ? Optional.of(
                new BatchMixer(
                    augmentation.mixing(),
                    images.shape(),
                    Seeds.derive(plan.seed(), epoch, 0, replica, Seeds.Purpose.MIX)))
            : Optional.empty());
  }

  /** Returns the images without augmentation. */
  static EpochImages notAugmented(Shard shard, int[] order) {
    return new EpochImages(shard, order, Optional.empty(), Optional.empty());
  }

  /** Returns a batch that starts with image {@code first} of the epoch. */
  ImageBatch.Images batchFrom(int first) {
    Stored stored = new Stored(shard, order, first);
    return augmenter.<ImageBatch.Images>map(by -> new Augmented(stored, by)).orElse(stored);
  }

  /** Returns the mixing of a batch that starts with image {@code first} of the epoch, if any. */
  Optional<BatchMix> mixFrom(int first, int count) {
    return mixer.map(by -> by.batch(first, count));
  }

  private record Stored(Shard shard, int[] order, int first) implements ImageBatch.Images {
    int example(int index) {
      return order[first + index];
    }

    @Override
    public byte[] pixels(int index) {
      return shard.pixels(example(index));
    }

    @Override
    public int offset(int index) {
      return shard.offset(example(index));
    }

    @Override
    public int label(int index) {
      return shard.label(example(index));
    }
  }

  private record Augmented(Stored stored, Augmenter augmenter) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return augmenter.augment(stored.pixels(index), stored.offset(index), stored.example(index));
    }

    @Override
    public int label(int index) {
      return stored.label(index);
    }
  }
}
