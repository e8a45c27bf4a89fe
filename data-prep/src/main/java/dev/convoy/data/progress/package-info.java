/**
 * Progress of long work. The work reports to a {@link dev.convoy.data.progress.WorkListener};
 * {@link dev.convoy.data.progress.TaskItems} reports the items that Spark tasks have finished.
 */
package dev.convoy.data.progress;
