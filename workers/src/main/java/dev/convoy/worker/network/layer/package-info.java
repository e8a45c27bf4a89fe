/**
 * The layers of the definition language and their arithmetic, without DL4J or Spark.
 *
 * <p>A {@link dev.convoy.worker.network.layer.LayerDefinition} is a {@link
 * dev.convoy.worker.network.layer.Leaf}, which transforms one input, or a {@link
 * dev.convoy.worker.network.layer.Block}, which holds parallel paths of layers and joins their
 * outputs. {@link dev.convoy.worker.network.layer.Window} is the arithmetic of convolutions and
 * pools, {@link dev.convoy.worker.network.layer.LayerShape} the shape of the values between layers.
 */
package dev.convoy.worker.network.layer;
