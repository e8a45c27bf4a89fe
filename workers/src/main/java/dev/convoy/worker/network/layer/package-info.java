/**
 * The layers of the definition language and their arithmetic; neither DL4J nor Spark.
 *
 * <p>A {@link dev.convoy.worker.network.layer.LayerDefinition} is a {@link
 * dev.convoy.worker.network.layer.Leaf}, which says what it makes of one input, or a {@link
 * dev.convoy.worker.network.layer.Block}, which holds paths of others and says how their ends are
 * joined. {@link dev.convoy.worker.network.layer.Window} is the arithmetic of everything that
 * slides, {@link dev.convoy.worker.network.layer.LayerShape} what flows between.
 */
package dev.convoy.worker.network.layer;
