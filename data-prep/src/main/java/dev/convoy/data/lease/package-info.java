/**
 * Leases of directories: only one process at a time writes a run, a dataset or a table of scores.
 *
 * <p>A {@link dev.convoy.data.lease.Lease} is a numbered file that its holder renews. {@link
 * dev.convoy.data.lease.OutputLease} is the lease of a command that writes an output once.
 */
package dev.convoy.data.lease;
