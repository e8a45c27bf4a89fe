/**
 * The event files of a run for TensorBoard. {@link TensorBoardLog} listens to the training; {@link
 * Events} and {@link Histogram} encode protocol buffers of TensorFlow's {@code event.proto} and
 * {@code summary.proto} by {@link Message}; {@link RecordWriter} frames them as TFRecords.
 *
 * <p>The few messages are encoded here, since the only protobuf that Convoy has is ND4J's, which
 * lacks the events, and that of Spark differs from version to version.
 */
package dev.convoy.driver.tensorboard;
