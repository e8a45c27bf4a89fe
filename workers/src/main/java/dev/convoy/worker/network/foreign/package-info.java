/**
 * Networks that others have written, translated into Convoy's definition language.
 *
 * <p>{@link dev.convoy.worker.network.foreign.Dl4jConfiguration} translates the JSON of
 * Deeplearning4j, {@link dev.convoy.worker.network.foreign.KerasConfiguration} that of Keras, which
 * {@link dev.convoy.worker.network.foreign.KerasFile} takes out of an HDF5 file. A {@link
 * dev.convoy.worker.network.foreign.Translation} is a tree in the language, as somebody could have
 * written it: the reader of definitions checks it as it checks any other.
 *
 * <p>A graph becomes nested blocks in {@code GraphFolding}; a {@code Draft} holds what is written
 * so far, one {@code Chain} for each list of items; {@code Settings} reads the settings of one
 * foreign layer and refuses those that nobody asked for. What a file says is data: no class that it
 * names is ever loaded, and no weight is read.
 */
package dev.convoy.worker.network.foreign;
