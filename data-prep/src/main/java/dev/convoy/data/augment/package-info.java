/**
 * Changes training images at random, differently in every epoch. Plain Java, without Spark.
 *
 * <p>{@link dev.convoy.data.augment.Augmentation} holds the settings. {@link
 * dev.convoy.data.augment.Augmenter} changes one image after another, as bytes: it is scaled,
 * rotated, shifted and mirrored ({@code AffineMap}), its colours change ({@code ColourChange}), and
 * a rectangle of it is erased ({@code ErasedArea}). {@link dev.convoy.data.augment.BatchMixer}
 * mixes the images of a minibatch with each other. All random numbers are hashes ({@code
 * HashedNumbers}), so that no image depends on the images before it.
 */
package dev.convoy.data.augment;
