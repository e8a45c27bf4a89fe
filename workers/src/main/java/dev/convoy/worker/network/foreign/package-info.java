/**
 * Translation of other libraries' networks into Convoy's definition language.
 *
 * <p>{@link dev.convoy.worker.network.foreign.Dl4jConfiguration} translates the JSON of
 * Deeplearning4j, {@link dev.convoy.worker.network.foreign.KerasConfiguration} that of Keras, which
 * {@link dev.convoy.worker.network.foreign.KerasFile} reads from an HDF5 file. A {@link
 * dev.convoy.worker.network.foreign.Translation} is a tree in the language, which the reader of
 * definitions checks like any other.
 *
 * <p>{@code GraphFolding} converts a graph into nested blocks. A {@code Draft} holds the definition
 * written so far, with one {@code Chain} for each list of items. {@code ForeignSettings} reads the
 * settings of one foreign layer and refuses those that were not read. A file is only data: no class
 * that it names is ever loaded, and no weight is read.
 */
package dev.convoy.worker.network.foreign;
