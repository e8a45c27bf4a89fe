/**
 * Forward passes over partitions: {@link dev.convoy.worker.scoring.BatchScorer} runs a {@link
 * dev.convoy.worker.scoring.ScoringModel} over images batch by batch; {@link
 * dev.convoy.worker.scoring.Confusion} counts how predictions compare with labels; {@link
 * dev.convoy.worker.scoring.LayerOutputs} keeps the {@link dev.convoy.worker.scoring.FeatureMaps}
 * of every layer for one image.
 *
 * <p>Where a network takes images of any size, {@link dev.convoy.worker.scoring.AcceptedSizes}
 * knows which, and how many at once, and {@link dev.convoy.worker.scoring.SizeBatches} brings those
 * of one size together.
 */
package dev.convoy.worker.scoring;
