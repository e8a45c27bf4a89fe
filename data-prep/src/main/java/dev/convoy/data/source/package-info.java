/**
 * The sources of raw images for {@code prepare} and {@code score}.
 *
 * <p>On the driver, an input is listed once ({@link dev.convoy.data.source.InputListing}). {@link
 * dev.convoy.data.source.InputFormats} holds the formats that a command reads, and finds the one
 * that recognises the input. A {@link dev.convoy.data.source.SliceFormat} opens an {@link
 * dev.convoy.data.source.ImageSource}, which checks everything that needs no pixels, and cuts it
 * into {@link dev.convoy.data.source.SourceSlice}s. A slice is sent to a Spark task, which opens it
 * and reads its {@link dev.convoy.data.source.RawImage}s one by one, so that no file of many images
 * is held in memory as a whole. A {@link dev.convoy.data.source.RowFormat} is read by Spark SQL.
 * {@link dev.convoy.data.source.ForeignInput} recognises inputs that a command does not read, so
 * that they are refused by name.
 *
 * <p>Files and folders whose name starts with a dot, and markers of operating systems, Hadoop and
 * Spark, are hidden ({@link dev.convoy.data.io.FileTree.Hidden}). Files that are not read, hidden
 * or not, are counted and named ({@link dev.convoy.data.source.SkippedFiles}).
 */
package dev.convoy.data.source;
