/**
 * How far long work is: who does it tells a {@link dev.convoy.data.progress.WorkListener}, and
 * {@link dev.convoy.data.progress.TaskItems} tells one what Spark tasks have done so far.
 */
package dev.convoy.data.progress;
