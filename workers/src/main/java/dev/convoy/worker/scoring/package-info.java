/**
 * Forward passes over partitions: {@link dev.convoy.worker.scoring.BatchScorer} runs a {@link
 * dev.convoy.worker.scoring.ScoringModel} over images batch by batch; {@link
 * dev.convoy.worker.scoring.Confusion} counts how predictions compare with labels.
 */
package dev.convoy.worker.scoring;
