/**
 * Networks for scoring only: {@link dev.convoy.worker.network.inference.InferenceForm} removes the
 * parts that only training needs. These are plain values; no layer is computed here.
 */
package dev.convoy.worker.network.inference;
