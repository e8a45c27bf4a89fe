/**
 * Whole scoring jobs from a Parquet table to a Parquet table, beside the work of their parts and
 * beside a plain Spark function over onnxruntime.
 */
package dev.convoy.benchmarks.scoring;
