/**
 * Where raw images come from, for {@code prepare} and {@code score}.
 *
 * <p>On the driver, an input is listed once ({@link dev.convoy.data.source.InputListing}), and
 * {@link dev.convoy.data.source.InputFormats} holds the formats that a command reads and finds the
 * one that recognises it. A {@link dev.convoy.data.source.SliceFormat} opens an {@link
 * dev.convoy.data.source.ImageSource}, which checks what can be checked without reading pixels, and
 * cuts it into {@link dev.convoy.data.source.SourceSlice}s. A slice travels to a Spark task, which
 * opens it and draws its {@link dev.convoy.data.source.RawImage}s one by one, so that no file is
 * ever held whole. A {@link dev.convoy.data.source.RowFormat} is read by Spark SQL. {@link
 * dev.convoy.data.source.ForeignInput} recognises inputs that are neither, such as {@link
 * dev.convoy.data.source.LakeTable}s, so that they are refused by their names.
 *
 * <p>Files and folders whose name starts with a dot, and markers of operating systems, Hadoop and
 * Spark, are hidden ({@link dev.convoy.data.io.FileTree.Hidden}). What is not read, hidden or not,
 * is counted and named ({@link dev.convoy.data.source.SkippedFiles}).
 */
package dev.convoy.data.source;
