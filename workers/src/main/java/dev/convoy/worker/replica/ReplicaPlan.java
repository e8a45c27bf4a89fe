package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.data.image.Augmentation;
import java.io.Serializable;

/**
 * What does not change for a replica during a run.
 *
 * @param spec its network
 * @param images the shape of every image
 * @param shards which examples are whose
 * @param batch examples of a minibatch on each replica, at least 1
 * @param seed of the run
 * @param augmentation of the images in training
 */
public record ReplicaPlan(
    NetworkSpec spec,
    ImageShape images,
    ShardPlan shards,
    int batch,
    long seed,
    Augmentation augmentation)
    implements Serializable {
  public ReplicaPlan {
    Checks.atLeast(1, batch, "batch");
    augmentation.requireFits(images);
  }
}
