/**
 * Images to a dataset: plan, run, report.
 *
 * <p>{@link dev.convoy.data.prepare.Preparer} carries a {@link dev.convoy.data.prepare.PreparePlan}
 * out. Each Spark task draws the images of one slice, fits them, and writes them directly to files
 * with final, unique names; it returns a tally of what it wrote. The driver adds the tallies up,
 * removes the files of attempts that failed, and writes the manifest last. Files that no successful
 * task returned are never part of a dataset.
 */
package dev.convoy.data.prepare;
