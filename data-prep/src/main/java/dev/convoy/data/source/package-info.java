/**
 * Where raw images come from: IDX files, or one folder for each label.
 *
 * <p>On the driver, {@link dev.convoy.data.source.ImageSource#open} finds out what an input holds,
 * checks what can be checked without reading pixels, and cuts it into {@link
 * dev.convoy.data.source.SourceSlice}s. A slice travels to a Spark task, which opens it and draws
 * its {@link dev.convoy.data.source.RawImage}s one by one, so that no file is ever held whole.
 * {@link dev.convoy.data.source.ImageFolder} lists images that need no labels. {@link
 * dev.convoy.data.source.ForeignInput} recognises inputs that are neither, such as {@link
 * dev.convoy.data.source.LakeTable}s, so that they are refused by their names.
 *
 * <p>Files and folders whose name starts with a dot, and markers of operating systems, Hadoop and
 * Spark, are hidden ({@link dev.convoy.data.io.FileTree.Hidden}). What is not read, hidden or not,
 * is counted and named ({@link dev.convoy.data.source.SkippedFiles}).
 */
package dev.convoy.data.source;
