/**
 * From the bytes of an untrusted image to the pixels of a dataset, and what training sees of them;
 * plain Java, without Spark.
 *
 * <p>{@link dev.convoy.data.image.ImageFitter} is the entry: it reads the header (and refuses what
 * is no PNG or JPEG, damaged in its structure, or beyond {@link dev.convoy.data.image.ImageLimits})
 * before it decodes any pixel, then hands rows of pixels to the resampler, which scales them as
 * {@link dev.convoy.data.image.Fit} says. What cannot be read is a {@link
 * dev.convoy.data.image.BadImageException} whose message is written for the user.
 *
 * <p>When a network trains on the dataset, {@link dev.convoy.data.image.Augmenter} changes its
 * images as {@link dev.convoy.data.image.Augmentation} says, every time in another way.
 */
package dev.convoy.data.image;
