/**
 * Forward passes over partitions: {@link dev.convoy.worker.scoring.BatchScorer} runs a {@link
 * dev.convoy.worker.scoring.ScoringModel} over images batch by batch; {@link
 * dev.convoy.worker.scoring.Confusion} counts predictions by label; {@link
 * dev.convoy.worker.scoring.LayerOutputs} returns the {@link dev.convoy.worker.scoring.FeatureMaps}
 * of every layer for one image.
 *
 * <p>For a network that takes images of any size, {@link dev.convoy.worker.scoring.AcceptedSizes}
 * decides which sizes it accepts and the batch size of each, and {@link
 * dev.convoy.worker.scoring.SizeBatches} groups images by size.
 */
package dev.convoy.worker.scoring;
