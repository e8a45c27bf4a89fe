/**
 * A prepared dataset and its division into shards.
 *
 * <p>{@link dev.convoy.data.dataset.ImageDataset} opens a directory by its {@link
 * dev.convoy.data.dataset.Manifest} and reads only the files that the manifest names. {@link
 * dev.convoy.data.dataset.ShardPlan} decides which replica gets which example; {@link
 * dev.convoy.data.dataset.ShardPacker} packs the shards on Spark; a replica trains on a {@link
 * dev.convoy.data.dataset.Shard}.
 */
package dev.convoy.data.dataset;
