/**
 * Prepares a dataset from images: plan, run, report.
 *
 * <p>{@link dev.convoy.data.prepare.Preparer} carries out a {@link
 * dev.convoy.data.prepare.PreparePlan} on files, and {@link dev.convoy.data.prepare.RowPreparer} on
 * the rows of a table. Each Spark task reads the images of one slice, fits them, and writes them
 * directly to files with final, unique names; it returns counts of what it wrote. The driver adds
 * the counts, removes the files of failed attempts, and writes the manifest last. Files that no
 * successful task returned are never part of a dataset.
 */
package dev.convoy.data.prepare;
