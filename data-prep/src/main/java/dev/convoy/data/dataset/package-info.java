/**
 * A prepared dataset and its division into shards.
 *
 * <p>{@link dev.convoy.data.dataset.ImageDataset} opens a directory by its {@link
 * dev.convoy.data.dataset.Manifest} and reads the files that the manifest names, no others. {@link
 * dev.convoy.data.dataset.ShardPlan} decides which replica gets which example; {@link
 * dev.convoy.data.dataset.ShardPacker} carries that out on Spark; a {@link
 * dev.convoy.data.dataset.Shard} is what a replica then trains on.
 */
package dev.convoy.data.dataset;
