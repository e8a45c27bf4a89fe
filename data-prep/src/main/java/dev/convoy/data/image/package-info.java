/**
 * Decodes untrusted images into the pixels of a dataset. Plain Java, without Spark.
 *
 * <p>{@link dev.convoy.data.image.ImageFitter} is the entry point. It reads the header before it
 * decodes any pixel, and refuses files of other formats ({@code ImageFormat}), that are
 * structurally damaged, or that exceed {@link dev.convoy.data.image.ImageLimits}. It then passes
 * rows of pixels to the resampler, which scales them as {@link dev.convoy.data.image.Fit} says. An
 * image that cannot be read gives a {@link dev.convoy.data.image.BadImageException} whose message
 * is written for the user.
 */
package dev.convoy.data.image;
